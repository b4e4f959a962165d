package dev.manyhands.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.testkit.Wait;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// The service stops while bodies arrive that would never end.
class UploadStopTest {
  /// Half of the time that a stop gives to requests that end by themselves.
  private static final Duration AT_ONCE = Duration.ofSeconds(10);

  @TempDir Path data;

  @Test
  void sendersAreToldAtOnceAndOnlyOpenJobsKeepWhatCame() throws Exception {
    Api api = Api.on(data, Api.NO_PYTHON);
    StreamedBody own = new StreamedBody(api, "/v1/jobs");
    StreamedBody open = new StreamedBody(api, "/v1/jobs");
    own.write(head("own", false) + "1\n");
    open.write(head("open", true) + "1\n2\n");
    String ownJob = api.awaitJob("own");
    String openJob = api.awaitJob("open");
    awaitInputs(api, openJob, 2);
    StreamedBody more = new StreamedBody(api, openJob + "/inputs");
    more.write("3\n");
    awaitInputs(api, openJob, 3);

    assertThat(stop(api)).isLessThan(AT_ONCE);

    try (own;
        open;
        more;
        Api after = Api.on(data)) {
      assertThat(own.answer())
          .startsWith("HTTP/1.1 503")
          .contains("the service is stopping", "nothing of this request was kept");
      assertThat(open.answer())
          .startsWith("HTTP/1.1 503")
          .contains(
              "the service is stopping",
              openJob.substring(openJob.lastIndexOf('/') + 1)
                  + " keeps the first 2 inputs of this request and receives more");
      assertThat(more.answer())
          .startsWith("HTTP/1.1 503")
          .contains("1 inputs of this request were taken, the first with index 2");
      assertThat(after.get(ownJob).statusCode()).isEqualTo(404);
      JsonNode kept = Api.json(after.get(openJob));
      assertThat(kept.get("state").stringValue()).isEqualTo("receiving");
      assertThat(kept.at("/counts/total").intValue()).isEqualTo(3);
    }
  }

  /// A servlet is done with it before its answer is sent, and Spring Boot waits for servlets.
  @Test
  void theServerDoesNotEndBeforeAnAnswerIsSent() throws Exception {
    HeldBack slow = new HeldBack();
    Api api = Api.troubled(data, slow, Api.NO_PYTHON);
    StreamedBody own = new StreamedBody(api, "/v1/jobs");
    own.write(head("own", false) + "1\n");
    api.awaitJob("own");

    api.close();

    try (own) {
      assertThat(own.answer())
          .startsWith("HTTP/1.1 503")
          .contains("the service is stopping", "nothing of this request was kept");
      assertThat(slow.hasHeld()).isTrue();
    }
  }

  @Test
  void aSenderThatWaitsForRoomIsEndedToo() throws Exception {
    Api api = Api.on(data, Api.NO_PYTHON, "--manyhands.dispatch.max-ahead=1MB");
    StreamedBody endless = new StreamedBody(api, "/v1/jobs");
    endless.write(
        head("endless", true).replace("square\"}", "sleep\"},\"pool\":\"solo\"") + "60000\n");
    String line = "\"" + "x".repeat(100_000) + "\"\n";
    CompletableFuture<Void> sender =
        CompletableFuture.runAsync(() -> {
          try {
            while (true) {
              endless.writeOrFail(line);
            }
          } catch (IOException ended) {
            // The service has closed the connection.
          }
        });
    String job = api.awaitJob("endless");
    awaitInputs(api, job, 11); // as much as may be ahead

    assertThat(stop(api)).isLessThan(AT_ONCE);

    try (endless;
        Api after = Api.on(data)) {
      sender.get(Wait.LIMIT.toSeconds(), java.util.concurrent.TimeUnit.SECONDS);
      assertThat(Api.json(after.get(job)).get("state").stringValue()).isEqualTo("receiving");
    }
  }

  private static Duration stop(Api api) throws Exception {
    long start = System.nanoTime();
    api.close();
    return Duration.ofNanos(System.nanoTime() - start);
  }

  private static String head(String label, boolean open) {
    return """
    {"function":{"type":"java","name":"square"},"labels":{"test":"%s"}%s}
    """
        .formatted(label, open ? ",\"open\":true" : "");
  }

  private static void awaitInputs(Api api, String job, int inputs) {
    Wait.untilSeen(
        inputs + " inputs of " + job,
        () -> {
          try {
            return Api.json(api.get(job)).at("/counts/total").intValue() >= inputs;
          } catch (Exception e) {
            throw new AssertionError(e);
          }
        });
  }
}
