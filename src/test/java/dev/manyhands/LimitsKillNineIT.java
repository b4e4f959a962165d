package dev.manyhands;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.history.History;
import dev.manyhands.history.HistoryClient;
import dev.manyhands.history.StoredResults;
import dev.manyhands.history.Told;
import dev.manyhands.testkit.RunningService;
import dev.manyhands.testkit.Services;
import dev.manyhands.testkit.Wait;
import dev.manyhands.testkit.Witness;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// After `kill -9` a limit is there as it was, nobody who is gone holds it, and whoever waited for
/// it gets it.
class LimitsKillNineIT {
  private static final JsonMapper JSON = new JsonMapper();

  /// So many that some are left when it is seen that others run.
  private static final int TASKS = 12;

  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private static final String SLOW =
      """
      def slow(task):
          value = witnessed(task)
          time.sleep(0.7)
          return value
      """;

  @RegisterExtension final Services services = new Services();

  @TempDir Path folder;

  @Test
  @Timeout(600)
  void permitsOfAKilledServiceAreFreeAfterItsNextStart() throws Exception {
    Witness witness = new Witness(Files.createFile(folder.resolve("witness")));
    HistoryClient client = new HistoryClient(new History(folder.resolve("history")), witness);
    RunningService running =
        services.start(
            folder.resolve("data"),
            "--manyhands.sandbox.write=" + witness.file(),
            "--manyhands.pools.processes.kind=processes",
            "--manyhands.pools.processes.workers=2");
    client.use(running);
    submit(client, "plain", Map.of("name", "lock", "permits", 1));
    submit(client, "keyed", Map.of("name", "keyed", "permits", 1, "key", ""));
    Wait.untilSeen(
        "both are held by tasks that run",
        () -> inUse(running, "lock") == 1 && inUse(running, "keyed") > 0 && starts(witness) >= 2);

    running.kill();
    Path copy = Files.createDirectory(folder.resolve("killed"));
    client.struck("kill -9", StoredResults.count(running.data(), copy));
    RunningService service = services.restart(running);
    client.use(service);

    client.awaitEnd(PATIENCE);
    assertThat(limit(service, "lock").path("permits").intValue()).isEqualTo(1);
    assertThat(inUse(service, "lock")).isZero();
    assertThat(inUse(service, "keyed")).isZero();
    client.judge();
  }

  private static void submit(HistoryClient client, String key, Map<String, Object> limit)
      throws Exception {
    Map<String, Object> options = Map.of("chunkSize", 1, "limits", List.of(limit));
    assertThat(client.submit(key, TASKS, client.python("slow", SLOW), options)).isEqualTo(Told.OK);
  }

  private static int starts(Witness witness) {
    try {
      return witness.starts().size();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int inUse(RunningService service, String name) {
    try {
      return limit(service, name).path("inUse").intValue();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static JsonNode limit(RunningService service, String name) throws Exception {
    return JSON.readTree(service.get("/v1/limits/" + name).body());
  }
}
