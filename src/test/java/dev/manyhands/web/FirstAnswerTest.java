package dev.manyhands.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The same under the same `Idempotency-Key` gets the first answer again, whatever has become of
/// the job meanwhile.
@ExtendWith(ApiExtension.class)
class FirstAnswerTest {
  private final Api api;
  private final String key = UUID.randomUUID().toString();

  FirstAnswerTest(Api api) {
    this.api = api;
  }

  @ParameterizedTest
  @ValueSource(strings = {"application/json", "application/jsonl"})
  void aSubmissionIsAnsweredAsAtFirst(String type) throws Exception {
    String more =
        "\"pool\":\"solo\","
            + "\"webhooks\":[{\"url\":\"http://127.0.0.2:9/\",\"events\":[\"job.ended\"]}]";
    String body =
        type.equals("application/json")
            ? Api.job("square", "[2,3]").replace("\"inputs\"", more + ",\"inputs\"")
            : "{\"function\":{\"type\":\"java\",\"name\":\"square\"}," + more + "}\n2\n3\n";
    String block = api.block(); // until the first answer is there
    HttpResponse<String> first = post(type, body);
    api.kill(block);
    api.ended(first.headers().firstValue("Location").orElseThrow());

    HttpResponse<String> again = post(type, body);

    assertThat(first.statusCode()).as(first.body()).isEqualTo(202);
    assertThat(first.body()).contains("whsec_").doesNotContain("\"endedAt\"");
    assertThat(again.statusCode()).isEqualTo(202);
    assertThat(again.body()).isEqualTo(first.body());
    assertThat(again.headers().firstValue("Location"))
        .isEqualTo(first.headers().firstValue("Location"));
    assertThat(again.headers().firstValue("Idempotent-Replayed")).contains("true");
  }

  @Test
  void whoWaitsIsToldTheEnd() throws Exception {
    String body = Api.job("square", "[2,3]");
    post("application/json", body);

    HttpResponse<String> again = post("application/json", body, "Prefer", "wait=20");
    HttpResponse<String> values =
        api.post("/v1/jobs?view=values", body, "Idempotency-Key", key, "Prefer", "wait=20");

    assertThat(Api.json(again).get("state").stringValue()).isEqualTo("succeeded");
    assertThat(values.body()).isEqualTo("[4,9]");
  }

  @Test
  void aRetryIsAnsweredAsAtFirst() throws Exception {
    String job =
        api.submit(
            Api.job("square", "[\"x\",2]").replace("\"inputs\"", "\"pool\":\"solo\",\"inputs\""));
    api.ended(job);
    String block = api.block(); // until the first answer is there

    HttpResponse<String> first =
        api.post(job + "/retry", "{\"indexes\":[1]}", "Idempotency-Key", key);
    api.kill(block);
    api.ended(first.headers().firstValue("Location").orElseThrow());
    HttpResponse<String> again =
        api.post(job + "/retry", "{\"indexes\":[1]}", "Idempotency-Key", key);

    assertThat(first.body()).doesNotContain("\"endedAt\"");
    assertThat(again.body()).isEqualTo(first.body());
  }

  @Test
  void theFirstAnswerOutlivesTheService(@TempDir Path data) throws Exception {
    String body = Api.job("square", "[2,3]");
    String first;
    try (Api before = Api.on(data)) {
      first = before.post("/v1/jobs", body, "Idempotency-Key", key).body();
    }
    try (Api after = Api.on(data)) {
      after.ended("/v1/jobs/" + Api.MAPPER.readTree(first).get("id").stringValue());

      assertThat(after.post("/v1/jobs", body, "Idempotency-Key", key).body()).isEqualTo(first);
    }
  }

  private HttpResponse<String> post(String type, String body, String... headers) throws Exception {
    var request =
        api.to("/v1/jobs")
            .header("Content-Type", type)
            .header("Idempotency-Key", key)
            .POST(BodyPublishers.ofString(body));
    return api.send(headers.length == 0 ? request : request.headers(headers));
  }
}
