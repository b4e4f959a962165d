package dev.manyhands.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.history.History;
import dev.manyhands.history.HistoryClient;
import dev.manyhands.history.Told;
import dev.manyhands.testkit.Program;
import dev.manyhands.testkit.RunningService;
import dev.manyhands.testkit.Services;
import dev.manyhands.testkit.Wait;
import dev.manyhands.testkit.Witness;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// When the disk is full, submissions are turned down and results wait; when there is room again
/// they are stored, without a restart.
class FullDiskIT {
  private static final Map<String, Object> FUNCTION = Map.of("type", "java", "name", "witnessed");
  private static final int TASKS = 2_000;

  /// Of a job that has not ended by the time that the disk is full, however late that is seen to.
  private static final int MANY = 60_000;

  private static final Duration PATIENCE = Duration.ofMinutes(5);

  @RegisterExtension final Services services = new Services();

  @TempDir Path folder;

  @Test
  @Timeout(1200)
  void resultsWaitAndSubmissionsAreTurnedDownUntilThereIsRoom() throws Exception {
    Path sign = folder.resolve("full");
    HistoryClient client = client();
    RunningService service = begin(sign);
    service.awaitReady();
    client.use(service);
    assertThat(client.submit("runs", MANY, FUNCTION, Map.of("chunkSize", 10))).isEqualTo(Told.OK);

    Files.createFile(sign);
    int turnedDown = 0;
    for (int job = 0; job < 30 || turnedDown < 10; job++) {
      // What is left in the database's own free pages may still be filled.
      turnedDown += client.submit("job-" + job, 500, FUNCTION, Map.of()) == Told.FAIL ? 1 : 0;
    }
    HttpResponse<String> answer =
        service.post(
            "/v1/jobs", "{\"function\":{\"type\":\"java\",\"name\":\"square\"},\"inputs\":[1]}");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(507);
    assertThat(answer.headers().firstValue("Retry-After")).hasValue("30");
    Wait.untilSeen("results wait", () -> service.log().contains("are not stored yet"));
    assertThat(service.get("/v1/jobs/" + client.id("runs")).body()).contains("\"running\"");

    Files.delete(sign);
    client.awaitEnd(PATIENCE);
    client.submitAgain();
    assertThat(client.hasUnaccepted()).isFalse();
    client.awaitEnd(PATIENCE);
    client.judge();
  }

  @Test
  @Timeout(1200)
  void aStartOnAFullDiskSaysSoAndLosesNothing() throws Exception {
    Path sign = folder.resolve("full");
    HistoryClient client = client();
    RunningService service = begin(sign);
    service.awaitReady();
    client.use(service);
    client.submit("runs", TASKS, FUNCTION, Map.of("chunkSize", 1));
    service.kill();
    client.struck("kill -9", Map.of());
    Files.createFile(sign);

    RunningService full = begin(sign);
    assertThat(full.isGoneWithin(PATIENCE)).isTrue();
    assertThat(full.exitCode()).isEqualTo(1);
    assertThat(full.log())
        .contains("the disk of the data folder is full")
        .contains("Make room")
        .doesNotContain("\tat ")
        // Which Tomcat would open by itself, on all addresses.
        .doesNotContain("http-nio-8080");

    Files.delete(sign);
    RunningService again = begin(sign);
    again.awaitReady();
    client.use(again);
    client.submitAgain();
    client.awaitEnd(PATIENCE);
    client.judge();
  }

  private HistoryClient client() throws Exception {
    Files.createFile(folder.resolve("witness"));
    return new HistoryClient(
        new History(folder.resolve("history")), new Witness(folder.resolve("witness")));
  }

  private RunningService begin(Path sign) throws Exception {
    return services.begin(
        Program.main(
            FaultyService.class, "witness=" + folder.resolve("witness"), "fault.full=" + sign),
        folder.resolve("data"),
        "--logging.level.root=INFO");
  }
}
