package dev.manyhands;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.history.History;
import dev.manyhands.history.HistoryClient;
import dev.manyhands.history.Told;
import dev.manyhands.testkit.RunningService;
import dev.manyhands.testkit.Services;
import dev.manyhands.testkit.Witness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A worker process that dies costs the task that it ran, and no other task anything, also where
/// that task kills every worker that it gets.
class WorkerKillIT {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @RegisterExtension final Services services = new Services();

  @TempDir Path folder;

  private HistoryClient client;
  private RunningService service;

  @BeforeEach
  void start() throws Exception {
    Witness witness = new Witness(Files.createFile(folder.resolve("witness")));
    client = new HistoryClient(new History(folder.resolve("history")), witness);
    service = services.start(folder.resolve("data"), "--manyhands.sandbox.write=" + witness.file());
    client.use(service);
  }

  @Test
  @Timeout(300)
  void aTaskThatKillsEveryWorkerEndsAsCrashedAndCostsNoOther() throws Exception {
    int deadly = 500;
    int maxCrashes = 3;
    Map<String, Object> function =
        client.python(
            "deadly",
            """
            import signal
            def deadly(task):
                value = witnessed(task)
                if task == "job/%d":
                    os.kill(os.getpid(), signal.SIGKILL)
                return value
            """
                .formatted(deadly));
    assertThat(client.submit("job", 1000, function, Map.of("maxCrashes", maxCrashes)))
        .isEqualTo(Told.OK);
    client.doomed("job", Set.of(deadly), "crashed", maxCrashes);

    client.awaitEnd(PATIENCE);
    JsonNode counts = json("/v1/jobs/" + client.id("job")).path("counts");
    assertThat(counts.path("succeeded").intValue()).as("%s", counts).isEqualTo(999);
    assertThat(counts.path("crashed").intValue()).as("%s", counts).isEqualTo(1);
    JsonNode error = json("/v1/jobs/" + client.id("job") + "/tasks/" + deadly).path("error");
    assertThat(error.path("signal").asString()).as("%s", error).isEqualTo("SIGKILL");
    assertThat(deaths()).isBetween(1, maxCrashes + 1);
    // A task that kills its worker is known by name: nothing beside it may run again.
    client.judge();
  }

  private int deaths() throws IOException, InterruptedException {
    String metrics = service.get("/actuator/prometheus").body();
    return metrics
        .lines()
        .filter(line -> line.startsWith("manyhands_worker_deaths_total{"))
        .filter(line -> line.contains("pool=\"processes\""))
        .mapToInt(line -> (int) Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .sum();
  }

  private JsonNode json(String path) throws IOException, InterruptedException {
    return JsonMapper.shared().readTree(service.get(path).body());
  }
}
