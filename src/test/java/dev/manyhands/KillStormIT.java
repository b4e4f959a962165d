package dev.manyhands;

import dev.manyhands.history.History;
import dev.manyhands.history.HistoryClient;
import dev.manyhands.history.StoredResults;
import dev.manyhands.testkit.RunningService;
import dev.manyhands.testkit.Services;
import dev.manyhands.testkit.Wait;
import dev.manyhands.testkit.Witness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// `kill -9` at random times, again and again, while it starts, while jobs come in and while they
/// run: every promise of the history holds.
///
/// With no failure in n kills, the rate of failures is below 3/n in 95 of 100 cases: 20 say 15 %,
/// 200 say 1.5 %, 1,000 say 0.3 %. More of them: `./mvnw verify -Dit.test=KillStormIT -Dkills=200`.
class KillStormIT {
  private static final int KILLS = Integer.getInteger("kills", 20);

  /// Of a hundred kills so many come before the service is ready.
  private static final int PERCENT_IN_START = 30;

  private static final int START_MILLIS = 3_000;
  private static final int LIFE_MILLIS = 700;
  private static final int MOST_TASKS = 300;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @RegisterExtension final Services services = new Services();

  @TempDir Path folder;

  @Test
  @Timeout(value = 3, unit = TimeUnit.HOURS)
  void killsAtRandomTimesBreakNoPromise() throws Exception {
    long seed = Long.getLong("seed", System.nanoTime());
    System.out.println("KillStormIT: again with -Dkills=" + KILLS + " -Dseed=" + seed);
    Random random = new Random(seed);
    Witness witness = new Witness(Files.createFile(folder.resolve("witness")));
    HistoryClient client = new HistoryClient(new History(folder.resolve("history")), witness);
    for (int life = 1; life <= KILLS; life++) {
      RunningService service = begin(witness);
      client.use(service);
      live(client, service, life, random);
      service.kill();
      client.struck(
          "kill -9 in life " + life,
          StoredResults.count(
              service.data(), Files.createDirectory(folder.resolve("killed-" + life))));
      service.close();
    }
    RunningService service = begin(witness);
    client.use(service);
    service.awaitReady();
    client.submitAgain();
    client.awaitEnd(PATIENCE);
    client.judge();
  }

  private RunningService begin(Witness witness) throws IOException {
    return services.begin(folder.resolve("data"), "--manyhands.sandbox.write=" + witness.file());
  }

  /// Sends jobs, and reads what became of them, until the service is dead.
  private static void live(HistoryClient client, RunningService service, int life, Random random)
      throws InterruptedException {
    if (random.nextInt(100) < PERCENT_IN_START) {
      service.killAfter(Duration.ofMillis(random.nextInt(START_MILLIS)));
    }
    try {
      service.awaitReady();
      service.killAfter(Duration.ofMillis(random.nextInt(LIFE_MILLIS)));
      client.submitAgain();
      for (int job = 0; service.isAlive(); job++) {
        String key = life + "-" + job;
        client.submit(key, 1 + random.nextInt(MOST_TASKS), client.python(), Map.of());
        client.seeAll();
      }
    } catch (IOException | IllegalStateException dead) {
      // Its output ends a moment before it is dead.
      Wait.untilSeen("only a kill may do this: " + dead, () -> !service.isAlive());
    }
  }
}
