package dev.manyhands.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// What keeps a job from starting, or from going on: its time, a pause, its deadline.
@ExtendWith(ApiExtension.class)
class HoldApiTest {
  private final Api api;

  HoldApiTest(Api api) {
    this.api = api;
  }

  @Test
  void aJobStartsNotBeforeItsTime() throws Exception {
    Instant start = Instant.now().plusMillis(700);
    JsonNode ended = api.ended(api.submit(job("notBefore", start, "[1]")));

    assertThat(ended.get("state").stringValue()).isEqualTo("succeeded");
    assertThat(Instant.parse(ended.get("startedAt").stringValue())).isAfterOrEqualTo(start);
  }

  @Test
  void whatHasNotEndedAtTheDeadlineIsCancelledAndTheJobExpired() throws Exception {
    Instant deadline = Instant.now().plusSeconds(12);
    JsonNode ended =
        api.ended(api.submit(job("deadline", deadline, "[0" + ",60000".repeat(20) + "]")));

    assertThat(ended.get("state").stringValue()).isEqualTo("expired");
    assertThat(ended.get("reason").get("kind").stringValue()).isEqualTo("deadline");
    JsonNode counts = ended.get("counts");
    assertThat(counts.get("succeeded").intValue()).isEqualTo(1);
    assertThat(counts.get("cancelled").intValue()).isEqualTo(20);
  }

  @Test
  void aJobThatEndsBeforeItsDeadlineSucceeds() throws Exception {
    Instant deadline = Instant.now().plusSeconds(60);
    JsonNode ended = api.ended(api.submit(job("deadline", deadline, "[0]")));

    assertThat(ended.get("state").stringValue()).isEqualTo("succeeded");
    assertThat(ended.has("reason")).isFalse();
  }

  @Test
  void aDeadlineThatHasPassedIsRefused() throws Exception {
    HttpResponse<String> answer =
        api.post("/v1/jobs", job("deadline", Instant.now().minusSeconds(1), "[0]"));

    assertThat(answer.statusCode()).isEqualTo(422);
    assertThat(Api.json(answer).at("/errors/0/pointer").stringValue()).isEqualTo("/deadline");
  }

  @Test
  void aPausedJobWaitsUntilItIsResumed() throws Exception {
    String job = paused(api);
    HttpResponse<String> again = api.post(job + "/pause", "");
    assertThat(again.statusCode()).isEqualTo(200);
    assertThat(state(api, job)).isEqualTo("paused");
    assertThat(Api.json(again).get("state").stringValue()).isEqualTo("paused");

    HttpResponse<String> resumed = api.post(job + "/resume", "");
    assertThat(resumed.statusCode()).isEqualTo(200);
    assertThat(Api.json(resumed).get("state").stringValue()).isNotEqualTo("paused");
    assertThat(api.ended(job).get("state").stringValue()).isEqualTo("succeeded");
  }

  /// A task of no time may have ended before the answer to who resumed it is written.
  @Test
  void aJobThatEndsAsSoonAsItIsResumedWasResumed() throws Exception {
    String blocker = api.block();
    List<String> jobs = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      String job = api.submit(Api.job("square", "[1]").replaceFirst("\\{", "{\"pool\":\"solo\","));
      assertThat(api.post(job + "/pause", "").statusCode()).isEqualTo(200);
      jobs.add(job);
    }
    api.kill(blocker);
    for (String job : jobs) {
      HttpResponse<String> resumed = api.post(job + "/resume", "");
      assertThat(resumed.statusCode()).as(resumed.body()).isEqualTo(200);
    }
  }

  @Test
  void whatRunsWhenAJobIsPausedGoesOnToItsEnd() throws Exception {
    String job = api.submit(Api.job("sleep", "[300]"));
    api.post(job + "/pause", ""); // in time or too late, the job ends

    assertThat(api.ended(job).get("state").stringValue()).isEqualTo("succeeded");
  }

  /// Its last task may end while the pause is on its way.
  @Test
  void aJobThatEndsBeforeItCanBePausedIsNotSaidToBe() throws Exception {
    for (int i = 0; i < 200; i++) {
      String job = api.submit(Api.job("sleep", "[" + i % 5 + "]"));
      HttpResponse<String> answer = api.post(job + "/pause", "");
      if (answer.statusCode() == 200) {
        // Running: its tasks have ended, and it is about to.
        assertThat(Api.json(answer).get("state").stringValue()).isIn("paused", "running");
      } else {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(409);
      }
    }
  }

  @Test
  void aPausedJobCanBeCancelled() throws Exception {
    String job = paused(api);
    api.post(job + "/cancel", "");

    assertThat(api.ended(job).get("counts").get("cancelled").intValue()).isEqualTo(2);
  }

  @Test
  void aJobThatHasEndedIsNotPaused() throws Exception {
    String job = api.run("square", "[1]");
    for (String act : new String[] {"/pause", "/resume"}) {
      HttpResponse<String> answer = api.post(job + act, "");

      assertThat(answer.statusCode()).isEqualTo(409);
      assertThat(Api.json(answer).get("type").stringValue()).isEqualTo("/problems/job-not-active");
      assertThat(Api.json(answer).get("detail").stringValue()).endsWith("is succeeded");
    }
    String nobody = "/v1/jobs/job_00000000000000000000000000/pause";
    assertThat(api.post(nobody, "").statusCode()).isEqualTo(404);
  }

  @Test
  void holdsOutliveARestart(@TempDir Path data) throws Exception {
    String paused;
    String late;
    String later;
    try (Api first = Api.on(data)) {
      paused = paused(first);
      later = first.submit(job("notBefore", Instant.now().plusSeconds(3600), "[1]"));
      late = first.submit(job("deadline", Instant.now().plusSeconds(6), "[60000]"));
    }
    try (Api second = Api.on(data)) {
      assertThat(second.ended(late).get("state").stringValue()).isEqualTo("expired");
      assertThat(state(second, paused)).isEqualTo("paused");
      assertThat(state(second, later)).isEqualTo("queued");
      second.post(paused + "/resume", "");
      assertThat(second.ended(paused).get("state").stringValue()).isEqualTo("succeeded");
    }
  }

  @Test
  void aJobThatReceivesIsPausedAndGoesOnReceiving(@TempDir Path data) throws Exception {
    String job;
    try (Api first = Api.on(data)) {
      job = first.submit("{\"function\":{\"type\":\"java\",\"name\":\"square\"},\"open\":true}");
      String etag = first.get(job).headers().firstValue("ETag").orElseThrow();
      HttpResponse<String> answer = first.post(job + "/pause", "");
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      assertThat(Api.json(answer).get("state").stringValue()).isEqualTo("receiving");
      assertThat(Api.json(answer).get("reason").get("kind").stringValue()).isEqualTo("paused");
      assertThat(first.get(job, "If-None-Match", etag).statusCode()).isEqualTo(200);
      first.post(job + "/inputs", "{\"inputs\":[1,2]}");
    }
    try (Api second = Api.on(data)) {
      second.post(job + "/inputs", "{\"inputs\":[3]}");
      // Whatever could run has run when a later job has.
      second.run("square", "[1]");
      JsonNode paused = Api.json(second.get(job));
      assertThat(paused.get("reason").get("kind").stringValue()).isEqualTo("paused");
      assertThat(paused.get("counts").get("total").intValue()).isEqualTo(3);
      assertThat(paused.get("counts").get("succeeded").intValue()).isZero();

      JsonNode sealed = Api.json(second.post(job + "/seal", ""));
      assertThat(sealed.get("state").stringValue()).isEqualTo("paused");
      assertThat(sealed.has("reason")).isFalse();
      second.post(job + "/resume", "");
      assertThat(second.ended(job).get("state").stringValue()).isEqualTo("succeeded");
      assertThat(second.get(job + "/results?view=values").body()).isEqualTo("[1,4,9]");
    }
  }

  @Test
  void aPausedJobThatReceivesIsResumedAndCancelled() throws Exception {
    String open = "{\"function\":{\"type\":\"java\",\"name\":\"square\"},\"open\":true}";
    String job = api.submit(open);
    api.post(job + "/pause", "");
    api.post(job + "/inputs", "{\"inputs\":[5]}");

    JsonNode resumed = Api.json(api.post(job + "/resume", ""));

    assertThat(resumed.get("state").stringValue()).isEqualTo("receiving");
    assertThat(resumed.has("reason")).isFalse();
    api.post(job + "/seal", "");
    assertThat(api.ended(job).get("state").stringValue()).isEqualTo("succeeded");
    String other = api.submit(open);
    api.post(other + "/inputs", "{\"inputs\":[5]}");
    api.post(other + "/pause", "");
    api.post(other + "/cancel", "");
    JsonNode cancelled = api.ended(other);
    assertThat(cancelled.get("state").stringValue()).isEqualTo("cancelled");
    assertThat(cancelled.has("reason")).isFalse();
  }

  private static String state(Api api, String job) throws Exception {
    return Api.json(api.get(job)).get("state").stringValue();
  }

  /// A job of two tasks that was paused before one of them could start.
  private static String paused(Api api) throws Exception {
    String blocker = api.block();
    String job = api.submit(Api.job("sleep", "[1,2]").replaceFirst("\\{", "{\"pool\":\"solo\","));
    HttpResponse<String> answer = api.post(job + "/pause", "");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(Api.json(answer).get("state").stringValue()).isEqualTo("paused");
    api.kill(blocker);
    return job;
  }

  private static String job(String field, Instant time, String inputs) {
    return """
    {"function":{"type":"java","name":"sleep"},"pool":"virtual","%s":"%s","inputs":%s}\
    """
        .formatted(field, time, inputs);
  }
}
