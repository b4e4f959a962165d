package dev.manyhands;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.history.History;
import dev.manyhands.history.HistoryClient;
import dev.manyhands.history.StoredResults;
import dev.manyhands.history.Told;
import dev.manyhands.testkit.RunningService;
import dev.manyhands.testkit.Services;
import dev.manyhands.testkit.Witness;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// With `"onWorkerLost": "fail"` no task starts twice, also when the service is killed: what a
/// worker had then has crashed.
class OnceOnlyKillIT {
  private static final int TASKS = 20_000;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @RegisterExtension final Services services = new Services();

  @TempDir Path folder;

  @Test
  @Timeout(300)
  void whatAWorkerHadWhenTheServiceWasKilledIsNotRunAgain() throws Exception {
    Witness witness = new Witness(Files.createFile(folder.resolve("witness")));
    HistoryClient client = new HistoryClient(new History(folder.resolve("history")), witness);
    RunningService service =
        services.start(
            folder.resolve("data"),
            "--manyhands.sandbox.write=" + witness.file(),
            // So that a kill comes in the middle of a job on a machine of many cores too.
            "--manyhands.pools.processes.kind=processes",
            "--manyhands.pools.processes.workers=2");
    client.use(service);
    Map<String, Object> once = Map.of("onWorkerLost", "fail", "chunkSize", 10);
    assertThat(client.submit("once-job", TASKS, client.python(), once)).isEqualTo(Told.OK);
    int crashed = 0;
    for (int kill = 1; kill <= 2; kill++) {
      client.awaitDone("once-job", crashed + kill * 500, PATIENCE);
      service.kill();
      Path copy = Files.createDirectory(folder.resolve("killed-" + kill));
      client.struck("kill -9", StoredResults.count(service.data(), copy));
      service = services.restart(service);
      client.use(service);
      crashed += 20;
    }

    client.awaitEnd(PATIENCE);
    String failed =
        service.get("/v1/jobs/" + client.id("once-job") + "/results?status=crashed").body();
    assertThat(failed).contains("ServiceEnded").contains("which may run only once");
    client.judge();
  }
}
