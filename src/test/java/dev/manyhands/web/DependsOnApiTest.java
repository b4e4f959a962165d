package dev.manyhands.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

@ExtendWith(ApiExtension.class)
class DependsOnApiTest {
  private final Api api;

  DependsOnApiTest(Api api) {
    this.api = api;
  }

  @Test
  void aJobStartsWhenTheOthersHaveEnded() throws Exception {
    String first = api.submit(Api.job("sleep", "[300]"));
    String other = api.run("square", "[1]");
    String last = api.submit(job("square", "own", "cancel", "[5]", first, other));

    JsonNode ended = api.ended(last);
    assertThat(ended.get("state").stringValue()).isEqualTo("succeeded");
    assertThat(Instant.parse(ended.get("startedAt").stringValue()))
        .isAfterOrEqualTo(Instant.parse(api.ended(first).get("endedAt").stringValue()));
  }

  @Test
  void valuesOfTheOthersAreItsInputsInTheirOrder() throws Exception {
    String one = api.submit(Api.job("square", "[1,2,3]"));
    String two = api.submit(Api.job("identity", "[\"a\",{\"b\": 1.50}]"));

    String last = api.submit(job("identity", "values", "cancel", null, two, one));

    api.ended(last);
    assertThat(api.get(last + "/results?view=values").body())
        .isEqualTo("[\"a\",{\"b\": 1.50},1,4,9]");
  }

  @Test
  void allValuesOfAJobCanBeOneInput() throws Exception {
    String one = api.submit(Api.job("square", "[1,2,3]"));
    String two = api.submit(Api.job("identity", "[\"a\"]"));

    String last = api.submit(job("identity", "whole", "cancel", null, one, two));

    api.ended(last);
    assertThat(api.get(last + "/results?view=values").body()).isEqualTo("[[1,4,9],[\"a\"]]");
  }

  @Test
  void manyAndLargeValuesComeWhole() throws Exception {
    StringBuilder inputs = new StringBuilder("[\"").append("x".repeat(400_000)).append('"');
    for (int i = 0; i < 60_000; i++) {
      inputs.append(",\"value number ").append(i).append('"');
    }
    String first = api.submit(Api.job("identity", inputs.append(']').toString()));

    String last = api.submit(job("identity", "values", "cancel", null, first));

    assertThat(api.ended(last).get("state").stringValue()).isEqualTo("succeeded");
    String values = api.get(last + "/results?view=values").body();
    assertThat(values.equals(inputs.toString())).isTrue();
  }

  @Test
  void aDependencyThatFailedCancelsTheJobAndIsNamed() throws Exception {
    String failed = api.run("sleep", "[-1]");
    for (String inputs : new String[] {"own", "values", "whole"}) {
      String last =
          api.submit(job("square", inputs, "cancel", inputs.equals("own") ? "[1]" : null, failed));

      JsonNode ended = api.ended(last);
      assertThat(ended.get("state").stringValue()).isEqualTo("cancelled");
      assertThat(ended.get("reason").get("kind").stringValue()).isEqualTo("dependency");
      assertThat("/v1/jobs/" + ended.get("reason").get("message").stringValue())
          .isEqualTo(failed + " is failed");
    }
  }

  @Test
  void aJobCanRunAlthoughAnotherFailed() throws Exception {
    String failed = api.run("sleep", "[1,-1,2]");

    String last = api.submit(job("identity", "values", "run", null, failed));
    String none = api.submit(job("identity", "values", "run", null, api.run("sleep", "[-1]")));

    api.ended(last);
    assertThat(api.get(last + "/results?view=values").body()).isEqualTo("[1,2]");
    assertThat(api.ended(none).get("counts").get("total").intValue()).isZero();
  }

  @Test
  void aJobThatDoesNotExistIsNamed() throws Exception {
    String nobody = "/v1/jobs/job_00000000000000000000000000";
    String there = api.run("square", "[1]");

    HttpResponse<String> answer =
        api.post("/v1/jobs", job("square", "own", "cancel", "[1]", there, nobody));

    assertThat(answer.statusCode()).isEqualTo(422);
    assertThat(Api.json(answer).at("/errors/0/pointer").stringValue())
        .isEqualTo("/dependsOn/jobs/1");
    assertThat(Api.json(answer).at("/errors/0/detail").stringValue())
        .isEqualTo("expected a job that exists, got: job_00000000000000000000000000");
  }

  @Test
  void inputsOfItsOwnAndValuesOfOthersExcludeEachOther() throws Exception {
    String there = api.run("square", "[1]");

    HttpResponse<String> both =
        api.post("/v1/jobs", job("square", "values", "cancel", "[1]", there));
    HttpResponse<String> none = api.post("/v1/jobs", job("square", "own", "cancel", null, there));

    assertThat(both.statusCode()).isEqualTo(422);
    assertThat(Api.json(both).at("/errors/0/pointer").stringValue()).isEqualTo("/inputs");
    assertThat(none.statusCode()).isEqualTo(422);
  }

  @Test
  void nobodyElseSendsInputsToAJobThatTakesValues() throws Exception {
    String blocker = api.block();
    String last = api.submit(job("square", "values", "cancel", null, blocker));

    assertThat(api.post(last + "/inputs", "{\"inputs\":[1]}").statusCode()).isEqualTo(409);
    assertThat(api.post(last + "/seal", "").statusCode()).isEqualTo(409);
    api.kill(blocker);
    assertThat(api.ended(last).get("state").stringValue()).isEqualTo("cancelled");
  }

  @Test
  void aNeededJobIsNotForgottenUntilItIsNeededNoMore() throws Exception {
    String blocker = api.block();
    String needed = api.run("square", "[1]");
    String last = api.submit(job("square", "own", "cancel", "[1]", needed, blocker));

    HttpResponse<String> refused = api.send(api.to(needed).DELETE());
    assertThat(refused.statusCode()).isEqualTo(409);
    assertThat(Api.json(refused).get("type").stringValue()).isEqualTo("/problems/job-needed");

    api.post(last + "/cancel", "");
    api.ended(last);
    dev.manyhands.testkit.Wait.untilSeen("it can be removed", () -> removed(needed));
    api.kill(blocker);
  }

  private boolean removed(String job) {
    try {
      return api.send(api.to(job).DELETE()).statusCode() == 204;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void waitingOutlivesARestart(@TempDir Path data) throws Exception {
    String own;
    String values;
    try (Api before = Api.on(data)) {
      String first = before.run("square", "[2,3]");
      String late = before.submit(Api.job("sleep", "[1500]"));
      own = before.submit(job("square", "own", "cancel", "[7]", late));
      values = before.submit(job("square", "values", "cancel", null, first, late));
    }
    try (Api after = Api.on(data)) {
      assertThat(after.ended(own).get("state").stringValue()).isEqualTo("succeeded");
      after.ended(values);
      assertThat(after.get(values + "/results?view=values").body()).isEqualTo("[16,81,2250000]");
    }
  }

  private static String job(
      String function, String inputs, String onFailed, @Nullable String own, String... others) {
    StringBuilder ids = new StringBuilder();
    for (String other : others) {
      ids.append(ids.isEmpty() ? "\"" : ",\"").append(other.substring("/v1/jobs/".length()));
      ids.append('"');
    }
    String given = own == null ? "" : ",\"inputs\":" + own;
    return """
    {"function":{"type":"java","name":"%s"}%s,
     "dependsOn":{"jobs":[%s],"inputs":"%s","onFailed":"%s"}}\
    """
        .formatted(function, given, ids, inputs, onFailed);
  }
}
