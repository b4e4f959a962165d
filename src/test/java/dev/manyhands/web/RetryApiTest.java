package dev.manyhands.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.testkit.Wait;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

@ExtendWith(ApiExtension.class)
class RetryApiTest {
  /// Below zero sleep raises.
  private static final String SOME_FAIL = "[1,-1,0,-2,-3]";

  private final Api api;

  RetryApiTest(Api api) {
    this.api = api;
  }

  @Test
  void whatFailedRunsAgainAsAJobOfItsOwn() throws Exception {
    String job = api.run("sleep", SOME_FAIL);

    HttpResponse<String> answer = api.post(job + "/retry", "");
    assertThat(answer.statusCode()).isEqualTo(202);
    JsonNode posted = Api.json(answer);
    String again = "/v1/jobs/" + posted.get("id").stringValue();
    assertThat(answer.headers().firstValue("Location")).contains(again);
    assertThat("/v1/jobs/" + posted.get("retryOf").stringValue()).isEqualTo(job);
    JsonNode ended = api.ended(again);
    assertThat(ended.get("counts").get("total").intValue()).isEqualTo(3);
    assertThat(ended.get("counts").get("failed").intValue()).isEqualTo(3);
    assertThat("/v1/jobs/" + ended.get("retryOf").stringValue()).isEqualTo(job);
  }

  @Test
  void whoPrefersToWaitIsToldTheEnd() throws Exception {
    String job = api.run("sleep", "[100]");

    HttpResponse<String> answer =
        api.post(job + "/retry", "{\"indexes\":[0]}", "Prefer", "wait=20");

    assertThat(answer.statusCode()).isEqualTo(202);
    assertThat(answer.headers().firstValue("Preference-Applied")).contains("wait=20");
    assertThat(answer.headers().firstValue("Location")).isPresent();
    assertThat(Api.json(answer).get("state").stringValue()).isEqualTo("succeeded");
  }

  @Test
  void aRetryTakesALimitAsItIsNow() throws Exception {
    limit(2);
    String job =
        api.submit(
            Api.job("sleep", "[-1]")
                .replace("]}", "],\"limits\":[{\"name\":\"retried\",\"permits\":2}]}"));
    api.ended(job);
    limit(3);

    HttpResponse<String> answer = api.post(job + "/retry", "");

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    JsonNode again = Api.json(api.get(answer.headers().firstValue("Location").orElseThrow()));
    JsonNode use = again.get("limits").get(0);
    assertThat(use.get("name").stringValue()).isEqualTo("retried");
    assertThat(use.has("permits")).isFalse();
  }

  private void limit(int permits) throws IOException, InterruptedException {
    api.send(
        api.to("/v1/limits/retried")
            .header("Content-Type", "application/json")
            .PUT(BodyPublishers.ofString("{\"permits\":" + permits + "}")));
  }

  @Test
  void listedTasksRunAgainInTheOrderOfTheirIndexes() throws Exception {
    String job = api.run("identity", "[\"a\",{\"b\": 1.50},\"c\",\"d\"]");

    String again = retry(job, "{\"indexes\":[3,1,1]}");

    api.ended(again);
    assertThat(api.get(again + "/results?view=values").body()).isEqualTo("[{\"b\": 1.50},\"d\"]");
  }

  @Test
  void outcomesSayWhichTasksRunAgain() throws Exception {
    String job = api.run("sleep", SOME_FAIL);

    JsonNode ended = api.ended(retry(job, "{\"outcomes\":[\"succeeded\"]}"));

    assertThat(ended.get("counts").get("succeeded").intValue()).isEqualTo(2);
    assertThat(ended.get("counts").get("total").intValue()).isEqualTo(2);
  }

  /// A job whose first task succeeds and whose second one ends so.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          failed    | {"function":{"type":"java","name":"sleep"},"inputs":[0,-1]}
          timed_out | {"function":{"type":"java","name":"sleep"},"inputs":[0,60000],"timeout":"PT6S","chunkSize":1}
          cancelled | {"function":{"type":"java","name":"sleep"},"inputs":[0,60000],"chunkSize":1}
          crashed   | {"function":{"type":"python","name":"die","source":"import os\\ndef die(n): return n or os._exit(3)"},"inputs":[1,0],"maxCrashes":1}
          """)
  void tasksThatEndedSoRunAgainAndTheOthersDoNot(String outcome, String body) throws Exception {
    String job = endedSo(outcome, api.submit(body), 1);

    for (String selected : List.of("{\"outcomes\":[\"" + outcome + "\"]}", "")) {
      JsonNode again = Api.json(api.get(endedSo(outcome, retry(job, selected), 0)));
      assertThat(again.at("/counts/total").intValue()).isEqualTo(1);
      assertThat(again.at("/counts/" + outcome).intValue()).isEqualTo(1);
      assertThat("/v1/jobs/" + again.get("retryOf").stringValue()).isEqualTo(job);
    }
    HttpResponse<String> none = api.post(job + "/retry", "{\"outcomes\":[\"skipped\"]}");
    assertThat(none.statusCode()).isEqualTo(409);
  }

  /// The job when it has ended, of which one task ends so and so many succeed.
  private String endedSo(String outcome, String job, int succeeded) throws Exception {
    if (outcome.equals("cancelled")) {
      Wait.untilSeen("the tasks that succeed have", () -> succeeded(job) == succeeded);
      api.kill(job);
    }
    JsonNode ended = api.ended(job);
    assertThat(ended.at("/counts/" + outcome).intValue()).as(ended.toString()).isEqualTo(1);
    assertThat(ended.at("/counts/succeeded").intValue()).isEqualTo(succeeded);
    return job;
  }

  private int succeeded(String job) {
    try {
      return Api.json(api.get(job)).at("/counts/succeeded").intValue();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aRetryIsNotBoundToTheTimesOfTheFirstJob() throws Exception {
    String first =
        api.submit(
            Api.job("sleep", "[60000]")
                .replaceFirst("\\{", "{\"deadline\":\"" + Instant.now().plusSeconds(6) + "\","));
    assertThat(api.ended(first).get("state").stringValue()).isEqualTo("expired");

    String again = retry(first, "{}");
    assertThat(Api.json(api.get(again)).has("deadline")).isFalse();
    api.kill(again);
  }

  @Test
  void aLargeRetryIsCopiedWhole() throws Exception {
    StringBuilder inputs = new StringBuilder("[\"").append("x".repeat(300_000)).append('"');
    for (int i = 0; i < 100_000; i++) {
      inputs.append(",\"input number ").append(i).append('"');
    }
    String job = api.run("identity", inputs.append(']').toString());

    String again = retry(job, "{\"outcomes\":[\"succeeded\"]}");
    api.ended(again);

    assertThat(api.get(again + "/results?view=values").body().equals(inputs.toString())).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"outcomes":["failed"]}             | 409 | /problems/nothing-to-retry  | ``
          ``                                  | 409 | /problems/nothing-to-retry  | ``
          {"outcomes":[]}                     | 422 | /problems/invalid-body      | /outcomes
          {"outcomes":["bad"]}                | 422 | /problems/invalid-body      | /outcomes/0
          {"indexes":[]}                      | 422 | /problems/invalid-body      | /indexes
          {"indexes":[0,-1]}                  | 422 | /problems/invalid-body      | /indexes/1
          {"indexes":[2]}                     | 422 | /problems/invalid-body      | /indexes
          {"indexes":["0"]}                   | 422 | /problems/invalid-body      | /indexes/0
          {"indexes":[0],"outcomes":["failed"]} | 422 | /problems/invalid-body    | /indexes
          {"index":[0]}                       | 422 | /problems/invalid-body      | /index
          [                                   | 400 | /problems/malformed-json    | ``
          """)
  void aRetryOfNothingIsRefused(String body, int status, String type, String pointer)
      throws Exception {
    String job = api.run("square", "[1,2]");

    HttpResponse<String> answer = api.post(job + "/retry", body);

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(Api.json(answer).get("type").stringValue()).isEqualTo(type);
    if (!pointer.isEmpty()) {
      assertThat(Api.json(answer).at("/errors/0/pointer").stringValue()).isEqualTo(pointer);
    }
  }

  @Test
  void aJobThatNeverGotTheValuesOfOthersSaysSo() throws Exception {
    String failed = api.run("square", "[\"no number\"]");
    String fed =
        api.submit(
            """
            {"function":{"type":"java","name":"square"},
             "dependsOn":{"jobs":["ID"],"inputs":"values"}}
            """
                .replace("ID", failed.substring("/v1/jobs/".length())));
    assertThat(api.ended(fed).get("state").stringValue()).isEqualTo("cancelled");

    for (String asked : List.of("", "{\"indexes\":[0]}")) {
      HttpResponse<String> answer = api.post(fed + "/retry", asked);

      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(409);
      assertThat(Api.json(answer).get("type").stringValue())
          .isEqualTo("/problems/nothing-to-retry");
      assertThat(answer.body())
          .contains("it was cancelled before it got the values of the jobs it depends on");
    }
  }

  @Test
  void aJobThatHasNotEndedIsNotRetried() throws Exception {
    String job = api.block();

    HttpResponse<String> answer = api.post(job + "/retry", "");
    api.kill(job);

    assertThat(answer.statusCode()).isEqualTo(409);
    assertThat(Api.json(answer).get("type").stringValue()).isEqualTo("/problems/job-not-ended");
  }

  private String retry(String job, String selected) throws Exception {
    HttpResponse<String> answer = api.post(job + "/retry", selected);
    if (answer.statusCode() != 202) {
      throw new AssertionError(answer.body());
    }
    return "/v1/jobs/" + Api.json(answer).get("id").stringValue();
  }
}
