package dev.manyhands;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.history.History;
import dev.manyhands.history.HistoryClient;
import dev.manyhands.history.TestedStore;
import dev.manyhands.history.Told;
import dev.manyhands.testkit.RunningService;
import dev.manyhands.testkit.Services;
import dev.manyhands.testkit.Witness;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// `kill -9` in the middle of a job loses no result, changes none and repeats no finished task.
///
/// Each task testifies in a [Witness] that it started, so what is claimed about runs is not taken
/// from the service.
abstract class KillNineContract {
  private static final int TASKS = 20_000;
  private static final int KILLS = 2;

  /// Undisturbed, the whole job takes some 12 s.
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @RegisterExtension final Services services = new Services();

  @TempDir Path folder;

  abstract TestedStore store();

  @Test
  @Timeout(600)
  void killedTwiceAJobLosesAndRepeatsNoResult() throws Exception {
    Random random = printedSeed();
    Witness witness = new Witness(Files.createFile(folder.resolve("witness")));
    HistoryClient client = new HistoryClient(new History(folder.resolve("history")), witness);
    TestedStore store = store();
    List<String> settings = new ArrayList<>(store.settings());
    settings.add("--manyhands.sandbox.write=" + witness.file());
    // Few, so that a kill comes in the middle of a job on a machine of many cores too.
    settings.add("--manyhands.pools.processes.kind=processes");
    settings.add("--manyhands.pools.processes.workers=2");
    RunningService service =
        services.start(folder.resolve("data"), settings.toArray(String[]::new));
    client.use(service);
    assertThat(client.submit("job", TASKS, client.python(), Map.of())).isEqualTo(Told.OK);

    for (int kill = 1; kill <= KILLS; kill++) {
      client.awaitDone("job", kill * TASKS / (5 * KILLS) + random.nextInt(TASKS / 20), PATIENCE);
      assertThat(client.see("job"))
          .as("kill %d came in the middle", kill)
          .hasSizeBetween(1, TASKS - 1);
      service.kill();
      Path copy = Files.createDirectory(folder.resolve("killed-" + kill));
      client.struck("kill -9", store.results(service, copy));
      store.endLeases();
      service = services.restart(service);
      client.use(service);
    }

    client.awaitEnd(PATIENCE);
    client.judge();
  }

  private static Random printedSeed() {
    long seed = Long.getLong("seed", System.nanoTime());
    System.out.println("kill -9: again with -Dseed=" + seed);
    return new Random(seed);
  }
}
