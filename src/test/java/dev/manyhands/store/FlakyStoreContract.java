package dev.manyhands.store;

import dev.manyhands.history.History;
import dev.manyhands.history.HistoryClient;
import dev.manyhands.testkit.Program;
import dev.manyhands.testkit.Receiver;
import dev.manyhands.testkit.RunningService;
import dev.manyhands.testkit.Services;
import dev.manyhands.testkit.Witness;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A store that now and then reports a timeout, having done the write or not, doubles nothing,
/// loses nothing and leaves nothing stuck, and the counts add up.
abstract class FlakyStoreContract {
  private static final int ROUNDS = Integer.getInteger("rounds", 4);
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  @RegisterExtension final Services services = new Services();

  @TempDir Path folder;

  /// Settings that name the store; none: SQLite.
  abstract List<String> store();

  @ParameterizedTest
  @ValueSource(doubles = {0.05, 0.3})
  @Timeout(value = 1, unit = TimeUnit.HOURS)
  void timeoutsOfTheStoreBreakNoPromise(double rate) throws Exception {
    List<String> settings = new ArrayList<>(store());
    settings.addAll(List.of("--manyhands.http.allow=127.0.0.1", "--logging.level.root=INFO"));
    long seed = Long.getLong("seed", System.nanoTime());
    System.out.println(getClass().getSimpleName() + ": again with -Dseed=" + seed);
    Witness witness = new Witness(Files.createFile(folder.resolve("witness")));
    HistoryClient client = new HistoryClient(new History(folder.resolve("history")), witness);
    try (Receiver receiver = new Receiver(InetAddress.getLoopbackAddress(), 204)) {
      RunningService service =
          services.begin(
              Program.main(
                  FaultyService.class,
                  "witness=" + witness.file(),
                  "fault.flaky=" + rate + "@" + seed),
              folder.resolve("data"),
              settings.toArray(String[]::new));
      client.use(service);
      service.awaitReady();
      Deeds deeds = new Deeds(client, receiver.url());
      for (int round = 0; round < ROUNDS || !sawBoth(service); round++) {
        for (String write : Writes.all()) {
          deeds.doAnyway(service, write);
        }
      }
      while (client.hasUnaccepted()) {
        client.submitAgain();
      }
      deeds.finish(service);
      client.awaitEnd(PATIENCE);
      receiver.await(deeds.announced());
    }
    client.judge();
  }

  /// Writes that took place and were reported as failed, and writes that did not.
  private static boolean sawBoth(RunningService service) {
    String log = service.log();
    return log.contains("timed out before") && log.contains("timed out after");
  }
}
