package dev.manyhands;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.history.History;
import dev.manyhands.history.HistoryClient;
import dev.manyhands.history.Told;
import dev.manyhands.testkit.RunningService;
import dev.manyhands.testkit.Services;
import dev.manyhands.testkit.Wait;
import dev.manyhands.testkit.Witness;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// SIGTERM in the middle of jobs: what runs may end, the service is gone soon and leaves nothing,
/// and its next start does the rest.
class StopIT {
  private static final int TASKS = 16_000;

  /// Between SIGTERM and its end: twice as long as is promised, for a machine that does ten other
  /// things.
  private static final Duration GONE_WITHIN = Duration.ofSeconds(60);

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @RegisterExtension final Services services = new Services();

  @TempDir Path folder;

  @Test
  @Timeout(300)
  void aStopInTheMiddleOfAJobBreaksNoPromise() throws Exception {
    Witness witness = new Witness(Files.createFile(folder.resolve("witness")));
    HistoryClient client = new HistoryClient(new History(folder.resolve("history")), witness);
    RunningService service =
        services.start(
            folder.resolve("data"),
            "--manyhands.sandbox.write=" + witness.file(),
            // So that the stop comes in the middle of a job on a machine of many cores too.
            "--manyhands.pools.processes.kind=processes",
            "--manyhands.pools.processes.workers=2");
    client.use(service);
    assertThat(client.submit("job", TASKS, client.python(), Map.of())).isEqualTo(Told.OK);
    client.awaitDone("job", TASKS / 16, PATIENCE);
    assertThat(client.see("job")).hasSizeBetween(1, TASKS - 1);

    long start = System.nanoTime();
    service.stop();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(GONE_WITHIN);
    assertThat(service.exitCode()).isEqualTo(143); // as SIGTERM has it
    try (Stream<Path> left = Files.list(service.temporary())) {
      assertThat(left.map(file -> file.getFileName().toString()))
          .noneMatch(name -> name.startsWith("mh-"));
    }
    // Whatever had started has come to its end, and nothing runs again.
    client.struckRunning("SIGTERM", 0);
    client.submit("late", 1, client.python(), Map.of());

    service = services.restart(service);
    client.use(service);
    client.submitAgain();
    client.awaitEnd(PATIENCE);
    client.judge();
    assertThat(service.stop()).isEqualTo(143);
    assertThat(service.log())
        .contains("Graceful shutdown complete")
        .as("with nothing to wait for")
        .doesNotContain("Tasks that run");
  }

  @Test
  @Timeout(300)
  void newWorkIsTurnedDownWhileTasksThatRunHaveTheirGrace() throws Exception {
    Path starts = Files.createFile(folder.resolve("starts"));
    Path end = Files.createDirectory(folder.resolve("signs")).resolve("end");
    RunningService service =
        services.start(
            folder.resolve("data"),
            "--manyhands.sandbox.write=" + starts + "," + end.getParent(),
            "--manyhands.dispatch.grace=60s");
    String source =
        "import os, time\\ndef f(n):\\n    open('%s', 'a').write('x')\\n    while not os.path.exists('%s'): time.sleep(0.01)\\n    return n"
            .formatted(starts, end);
    String body =
        "{\"function\": {\"type\": \"python\", \"name\": \"f\", \"source\": \"%s\"},"
                .formatted(source)
            + " \"inputs\": [1, 2], \"maxParallel\": 1, \"chunkSize\": 2}";
    HttpResponse<String> accepted = post(service, body);
    assertThat(accepted.statusCode()).as(accepted.body()).isEqualTo(202);
    String job = accepted.headers().firstValue("Location").orElseThrow();
    Wait.untilSeen("the first task runs", () -> length(starts) == 1);

    service.askToStop();
    RunningService stopping = service;
    Wait.untilSeen(
        "it is not ready", () -> get(stopping, "/actuator/health/readiness").statusCode() == 503);
    // New work is turned down a moment after that.
    Wait.untilSeen("what runs has its grace", () -> stopping.log().contains("Tasks that run have"));
    HttpResponse<String> refused = post(service, body);
    assertThat(refused.statusCode()).as(refused.body()).isEqualTo(503);
    assertThat(refused.headers().firstValue("Retry-After")).isPresent();
    assertThat(refused.body()).contains("/problems/busy").contains("the service is stopping");
    assertThat(service.get(job).statusCode()).isEqualTo(200);
    Files.createFile(end);
    assertThat(service.isGoneWithin(GONE_WITHIN)).isTrue();
    assertThat(service.exitCode()).isEqualTo(143);
    assertThat(length(starts)).as("nothing new began").isEqualTo(1);

    RunningService again = services.restart(service);
    Wait.untilSeen(
        "the rest has run", () -> get(again, job).body().contains("\"state\":\"succeeded\""));
    assertThat(again.get(job + "/results?view=values").body()).isEqualTo("[1,2]");
    assertThat(length(starts)).as("starts of two tasks").isEqualTo(2);
  }

  private static long length(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static HttpResponse<String> get(RunningService service, String path) {
    try {
      return service.get(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException("a test is interrupted to end it", e);
    }
  }

  /// By a connection that is made now.
  private static HttpResponse<String> post(RunningService service, String body)
      throws IOException, InterruptedException {
    try (HttpClient anew = HttpClient.newHttpClient()) {
      return anew.send(
          service
              .to("/v1/jobs")
              .header("Content-Type", "application/json")
              .POST(HttpRequest.BodyPublishers.ofString(body))
              .build(),
          BodyHandlers.ofString());
    }
  }
}
