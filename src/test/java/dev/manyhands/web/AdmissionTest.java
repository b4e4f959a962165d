package dev.manyhands.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.dispatch.Arriving;
import dev.manyhands.dispatch.JobService;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// How much there may be: jobs that have not ended, bytes of their inputs on disk, and bytes of
/// submissions in memory, on their way in.
class AdmissionTest {
  private static final int BOUND = 1 << 20;

  @TempDir Path data;

  @Test
  void jobsThatHaveNotEndedAreBoundedAlsoAfterARestart() throws Exception {
    String setting = "--manyhands.dispatch.max-unfinished-jobs=2";
    String first;
    try (Api api = Api.on(data, setting)) {
      first = api.submit(later("[1]"));
      api.submit(later("[1]"));
      assertTurnedDown(api, api.post("/v1/jobs", later("[1]")), "jobs", 1);
    }
    try (Api api = Api.on(data, setting)) {
      assertTurnedDown(api, api.post("/v1/jobs", later("[1]")), "jobs", 1);
      api.kill(first);
      assertThat(api.post("/v1/jobs", later("[1]")).statusCode()).isEqualTo(202);
    }
  }

  @Test
  void inputsOfUnfinishedJobsAreBoundedAlsoAfterARestart() throws Exception {
    String setting = "--manyhands.dispatch.max-unfinished-bytes=1MB";
    String large = inputs(BOUND * 6 / 10);
    String first;
    try (Api api = Api.on(data, setting)) {
      first = api.submit(later(large));
      assertTurnedDown(api, api.post("/v1/jobs", later(large)), "stored-bytes", 1);
      assertThat(api.post("/v1/jobs", later("[1]")).statusCode()).isEqualTo(202);
    }
    try (Api api = Api.on(data, setting)) {
      assertTurnedDown(api, api.post("/v1/jobs", later(large)), "stored-bytes", 1);
      api.kill(first);
      assertThat(api.post("/v1/jobs", later(large)).statusCode()).isEqualTo(202);
    }
  }

  @Test
  void whatAnOpenJobHasReceivedCounts() throws Exception {
    try (Api api = Api.on(data, "--manyhands.dispatch.max-unfinished-bytes=1MB")) {
      String open = api.submit(later("[]").replace("\"inputs\"", "\"open\":true,\"inputs\""));
      String more = "{\"inputs\":" + inputs(BOUND * 6 / 10) + "}";
      assertThat(api.post(open + "/inputs", more).statusCode()).isEqualTo(202);
      assertThat(api.post(open + "/inputs", more).statusCode()).isEqualTo(202);
      assertTurnedDown(api, api.post(open + "/inputs", more), "stored-bytes", 1);
      assertTurnedDown(api, api.post("/v1/jobs", later("[1]")), "stored-bytes", 2);
      api.kill(open);
      assertThat(api.post("/v1/jobs", later("[1]")).statusCode()).isEqualTo(202);
    }
  }

  /// The bound is that of the largest submission, if it is set below that.
  @Test
  void submissionsOnTheirWayInAreBounded() throws Exception {
    try (Api api =
        Api.on(
            data,
            "--manyhands.limits.max-input=1MB",
            "--manyhands.dispatch.max-arriving-bytes=1MB")) {
      long bound = (1 << 20) + (4 << 20);
      String job = later(inputs((int) bound * 6 / 10));
      try (Arriving _ = api.bean(JobService.class).document(job.length())) {
        assertTurnedDown(api, api.post("/v1/jobs", job), "arriving-bytes", 1);
        assertThat(api.post("/v1/jobs", later("[1]")).statusCode()).isEqualTo(202);
      }
      assertThat(api.post("/v1/jobs", job).statusCode()).isEqualTo(202);
      assertThat(
              api.post("/v1/jobs", BodyPublishers.fromPublisher(BodyPublishers.ofString(job)))
                  .statusCode())
          .as("of a length that is not said")
          .isEqualTo(202);
    }
  }

  private static void assertTurnedDown(
      Api api, HttpResponse<String> answer, String reason, int times) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
    assertThat(answer.headers().firstValue("Retry-After")).isPresent();
    assertThat(answer.body()).contains("/problems/busy").contains("expected ");
    assertThat(
            api.bean(MeterRegistry.class)
                .get("manyhands.submissions.turned.down")
                .tag("reason", reason)
                .counter()
                .count())
        .isEqualTo(times);
  }

  /// A job that does not start by itself.
  private static String later(String inputs) {
    return "{\"function\":{\"type\":\"java\",\"name\":\"identity\"},"
        + "\"notBefore\":\"2100-01-01T00:00:00Z\",\"inputs\":"
        + inputs
        + "}";
  }

  /// So many bytes of them, nearly.
  private static String inputs(int bytes) {
    String one = "\"" + "x".repeat(10_000) + "\"";
    return "[" + String.join(",", Collections.nCopies(bytes / one.length(), one)) + "]";
  }
}
