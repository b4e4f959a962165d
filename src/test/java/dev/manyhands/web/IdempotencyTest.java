package dev.manyhands.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.testkit.Wait;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What is submitted again under the same key makes no second job.
@ExtendWith(ApiExtension.class)
class IdempotencyTest {
  private final Api api;
  private final String key = UUID.randomUUID().toString();
  private final String lines =
      "{\"function\":{\"type\":\"java\",\"name\":\"square\"},\"labels\":{\"test\":\""
          + key
          + "\"}}\n1\n2\n";

  IdempotencyTest(Api api) {
    this.api = api;
  }

  @ParameterizedTest
  @ValueSource(strings = {"application/json", "application/jsonl"})
  void theSameAgainIsTheSameJob(String type) throws Exception {
    String body = type.equals("application/json") ? Api.job("square", "[1,2]") : lines;
    HttpResponse<String> first = post(type, body, key);
    HttpResponse<String> again = post(type, body, key);

    assertThat(first.statusCode()).as(first.body()).isEqualTo(202);
    assertThat(again.statusCode()).as(again.body()).isEqualTo(202);
    assertThat(id(again)).isEqualTo(id(first));
    assertThat(again.headers().firstValue("Location"))
        .isEqualTo(first.headers().firstValue("Location"));
    assertThat(again.headers().firstValue("Idempotent-Replayed")).contains("true");
    assertThat(first.headers().firstValue("Idempotent-Replayed")).isEmpty();
  }

  @Test
  void anotherBodyIsRefused() throws Exception {
    post("application/json", Api.job("square", "[1,2]"), key);

    assertThat(post("application/json", Api.job("square", "[1,3]"), key).statusCode())
        .isEqualTo(422);
    assertThat(post("application/jsonl", lines, key).statusCode()).isEqualTo(422);
  }

  @Test
  void aRefusedSubmissionLeavesItsKeyFree() throws Exception {
    assertThat(post("application/json", Api.job("none", "[1]"), key).statusCode()).isEqualTo(422);
    assertThat(post("application/json", Api.job("square", "[1]"), key).statusCode()).isEqualTo(202);
  }

  @Test
  void otherKeysMakeOtherJobs() throws Exception {
    String body = Api.job("square", "[1]");

    assertThat(id(post("application/json", body, key)))
        .isNotEqualTo(id(post("application/json", body, key + "2")));
  }

  @Test
  void whileTheFirstIsUnderWayTheSecondIsRefused() throws Exception {
    try (StreamedBody first = new StreamedBody(api, "/v1/jobs", "Idempotency-Key: " + key)) {
      first.write(lines);
      api.awaitJob(key);
      assertThat(status(lines)).isEqualTo(409);

      String answer = first.end();

      assertThat(answer).startsWith("HTTP/1.1 202");
      assertThat(answer).contains(id(post("application/jsonl", lines, key)));
    }
  }

  @Test
  void whoBrokeOffMaySendItAgain() throws Exception {
    try (StreamedBody first = new StreamedBody(api, "/v1/jobs", "Idempotency-Key: " + key)) {
      first.write(lines);
      api.awaitJob(key);
    }
    Wait.untilSeen("the key is free again", () -> status(lines) == 202);
  }

  @Test
  void anOpenJobWhoseSenderBrokeOffIsNamed() throws Exception {
    String open = lines.replace("}}\n", "},\"open\":true}\n");
    try (StreamedBody first = new StreamedBody(api, "/v1/jobs", "Idempotency-Key: " + key)) {
      first.write(open);
      api.awaitJob(key);
    }
    Wait.untilSeen("the job is named", () -> detail(open).contains("/v1/jobs/job_"));

    String detail = detail(open);
    String job = detail.substring(detail.indexOf("/v1/jobs/"));
    assertThat(api.get(job).statusCode()).isEqualTo(200);
    api.post(job + "/cancel", "");
  }

  @Test
  void aRemovedJobIsNotMadeASecondTime() throws Exception {
    String body = Api.job("square", "[1]");
    String job = "/v1/jobs/" + id(post("application/json", body, key));
    api.ended(job);
    assertThat(api.send(api.to(job).DELETE()).statusCode()).isEqualTo(204);

    assertThat(post("application/json", body, key).statusCode()).isEqualTo(404);
  }

  @Test
  void aKeyOfBadFormIsRefused() throws Exception {
    for (String bad : new String[] {"", " ", "x".repeat(256)}) {
      HttpResponse<String> answer = post("application/json", Api.job("square", "[1]"), bad);

      assertThat(answer.statusCode()).as("<%s> %s", bad, answer.body()).isEqualTo(400);
      assertThat(answer.body()).contains("Idempotency-Key");
    }
  }

  @Test
  void theSameRetryAgainIsTheSameJob() throws Exception {
    String job = api.run("sleep", "[-1,0]");

    HttpResponse<String> first = to(job + "/retry", "{\"outcomes\":[\"failed\"]}");
    HttpResponse<String> again = to(job + "/retry", "{\"outcomes\":[\"failed\"]}");

    assertThat(first.statusCode()).as(first.body()).isEqualTo(202);
    assertThat(id(again)).isEqualTo(id(first));
    assertThat(again.headers().firstValue("Location")).contains("/v1/jobs/" + id(first));
    assertThat(again.headers().firstValue("Idempotent-Replayed")).contains("true");
    assertThat(to(job + "/retry", "{\"indexes\":[0]}").statusCode()).isEqualTo(422);
    String other = api.run("sleep", "[-1,0]");
    assertThat(to(other + "/retry", "{\"outcomes\":[\"failed\"]}").statusCode()).isEqualTo(422);
  }

  @Test
  void aRefusedRetryLeavesItsKeyFree() throws Exception {
    String job = api.run("sleep", "[-1,0]");

    assertThat(to(job + "/retry", "{\"outcomes\":[\"crashed\"]}").statusCode()).isEqualTo(409);
    assertThat(to(job + "/retry", "").statusCode()).isEqualTo(202);
  }

  @Test
  void theSameInputsAgainAreNotAddedAgain() throws Exception {
    String job = open(api);

    String first = to(job + "/inputs", "{\"inputs\":[1,2]}").body();
    api.post(job + "/inputs", "{\"inputs\":[3]}");
    api.post(job + "/seal", "");
    HttpResponse<String> again = to(job + "/inputs", "{\"inputs\":[1,2]}");

    assertThat(first).isEqualTo("{\"first\":0,\"last\":1,\"count\":2,\"total\":2}");
    assertThat(again.body()).isEqualTo(first);
    assertThat(again.headers().firstValue("Idempotent-Replayed")).contains("true");
    assertThat(to(job + "/inputs", "{\"inputs\":[1]}").statusCode()).isEqualTo(422);
    api.ended(job);
    assertThat(api.get(job + "/results?view=values").body()).isEqualTo("[1,4,9]");
  }

  @Test
  void inputsOfAJobThatWasRemovedAreNotAnsweredForAgain() throws Exception {
    String job = open(api);
    to(job + "/inputs", "{\"inputs\":[1]}");
    api.post(job + "/seal", "");
    api.ended(job);
    assertThat(api.send(api.to(job).DELETE()).statusCode()).isEqualTo(204);

    assertThat(to(job + "/inputs", "{\"inputs\":[1]}").statusCode()).isEqualTo(404);
  }

  @Test
  void inputsAreNotAddedAgainAfterARestart(@TempDir Path data) throws Exception {
    String job;
    try (Api first = Api.on(data)) {
      job = open(first);
      assertThat(to(first, job + "/inputs", "{\"inputs\":[7]}").statusCode()).isEqualTo(202);
    }

    try (Api second = Api.on(data)) {
      HttpResponse<String> again = to(second, job + "/inputs", "{\"inputs\":[7]}");

      assertThat(again.body()).isEqualTo("{\"first\":0,\"last\":0,\"count\":1,\"total\":1}");
      second.post(job + "/seal", "");
      assertThat(second.ended(job).get("counts").get("total").intValue()).isEqualTo(1);
    }
  }

  @Test
  void linesOfInputsTakeNoKey() throws Exception {
    HttpResponse<String> answer =
        api.send(
            api.to(open(api) + "/inputs")
                .header("Content-Type", "application/jsonl")
                .header("Idempotency-Key", key)
                .POST(BodyPublishers.ofString("1\n")));

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("Idempotency-Key: expected none with JSON lines");
  }

  private static String open(Api api) throws Exception {
    return api.submit("{\"function\":{\"type\":\"java\",\"name\":\"square\"},\"open\":true}");
  }

  private HttpResponse<String> to(String path, String body)
      throws IOException, InterruptedException {
    return to(api, path, body);
  }

  private HttpResponse<String> to(Api api, String path, String body)
      throws IOException, InterruptedException {
    return api.post(path, body, "Idempotency-Key", key);
  }

  private int status(String lines) {
    return quietly(lines).statusCode();
  }

  private String detail(String lines) {
    return quietly(lines).body().contains("detail")
        ? Api.json(quietly(lines)).path("detail").stringValue("")
        : "";
  }

  private HttpResponse<String> quietly(String lines) {
    try {
      return post("application/jsonl", lines, key);
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private HttpResponse<String> post(String type, String body, String idempotencyKey)
      throws IOException, InterruptedException {
    return api.send(
        api.to("/v1/jobs")
            .header("Content-Type", type)
            .header("Idempotency-Key", idempotencyKey)
            .POST(BodyPublishers.ofString(body)));
  }

  private static String id(HttpResponse<String> answer) {
    return Api.json(answer).get("id").stringValue();
  }
}
