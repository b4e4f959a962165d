package dev.manyhands.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.testkit.Wait;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// Named limits as clients see them.
@ExtendWith(ApiExtension.class)
class LimitApiTest {
  private final Api api;

  LimitApiTest(Api api) {
    this.api = api;
  }

  @Test
  void aLimitIsMadeChangedListedAndRemoved() throws Exception {
    HttpResponse<String> made = put("life", "{\"permits\":4}");
    assertThat(made.statusCode()).isEqualTo(201);
    assertThat(made.headers().firstValue("Location")).contains("/v1/limits/life");

    HttpResponse<String> changed = put("life", "{\"permits\":2,\"rate\":\"100/m\"}");
    assertThat(changed.statusCode()).isEqualTo(200);
    assertThat(changed.body())
        .isEqualTo(
            "{\"name\":\"life\",\"permits\":2,\"rate\":\"100/m\",\"inUse\":0,\"waiting\":0,"
                + "\"holders\":[]}");
    assertThat(api.get("/v1/limits/life").body()).isEqualTo(changed.body());
    assertThat(names()).contains("life");

    assertThat(delete("life").statusCode()).isEqualTo(204);
    assertThat(api.get("/v1/limits/life").statusCode()).isEqualTo(404);
    assertThat(delete("life").statusCode()).isEqualTo(404);
    assertThat(names()).doesNotContain("life");
  }

  @Test
  void aJobMakesItsLimitAndOthersHaveToAgree() throws Exception {
    String first = submit("sleep", "[1]", "[{\"name\":\"agree\",\"permits\":3}]");
    ended(first);

    assertThat(Api.json(api.get("/v1/limits/agree")).get("permits").intValue()).isEqualTo(3);
    ended(submit("sleep", "[1]", "[{\"name\":\"agree\"}]"));
    refused(post("sleep", "[1]", "[{\"name\":\"agree\",\"permits\":4}]"), "/limits/0/permits");
  }

  @Test
  void aHeldLimitShowsWhoHoldsItAndCannotBeRemoved() throws Exception {
    put("held", "{\"permits\":1}");
    String job = submit("sleep", "[30000,30000,30000]", "[{\"name\":\"held\"}]");
    JsonNode limit = Api.json(api.get("/v1/limits/held"));

    assertThat(limit.get("inUse").intValue()).isEqualTo(1);
    assertThat(limit.get("waiting").intValue()).isEqualTo(2);
    JsonNode holder = limit.get("holders").get(0);
    assertThat(holder.get("job").stringValue()).isEqualTo(job);
    assertThat(holder.get("firstIndex").intValue()).isZero();
    assertThat(holder.get("tasks").intValue()).isEqualTo(1);

    HttpResponse<String> removed = delete("held");
    assertThat(removed.statusCode()).isEqualTo(409);
    assertThat(Api.json(removed).get("type").stringValue()).isEqualTo("/problems/limit-in-use");
    assertThat(removed.body()).contains(job);

    api.post("/v1/jobs/" + job + "/cancel", "{\"mode\":\"kill\"}");
    ended(job);
    // Who has run a task gives its permit back after its outcome is known.
    Wait.untilSeen("nobody holds it", () -> inUse("held") == 0);
    assertThat(delete("held").statusCode()).isEqualTo(204);
  }

  @Test
  void moreWorkersThanPermitsDoNotRunMoreTasksAtOnce() throws Exception {
    put("two", "{\"permits\":2}");
    assertThat(millis("sleep", "[60,60,60,60,60,60]", "[{\"name\":\"two\"}]"))
        .as("six sleeps of 60 ms, two at a time")
        .isGreaterThanOrEqualTo(180);
  }

  @Test
  void aKeyFromTheInputHasALimitOfItsOwn() throws Exception {
    put("host", "{\"permits\":1}");
    String job =
        submit(
            "identity",
            "[{\"host\":\"a\"},{\"host\":\"b\"},{\"host\":\"a\"},{\"port\":1},7]",
            "[{\"name\":\"host\",\"key\":\"/host\"}]");
    ended(job);

    assertThat(Api.json(api.get("/v1/jobs/" + job)).get("state").stringValue())
        .isEqualTo("succeeded");
    assertThat(millis("sleep", "[50,50,50,9,9]", "[{\"name\":\"host\",\"key\":\"\"}]"))
        .as("three of the same key, one at a time")
        .isGreaterThanOrEqualTo(150);
  }

  /// How long such a job takes, from before it is submitted to after its end: it says itself when
  /// it started, but a moment after its first task may have.
  private long millis(String function, String inputs, String limits) throws Exception {
    long begun = System.nanoTime();
    ended(submit(function, inputs, limits));
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
  }

  @Test
  void aRateSpreadsTasks() throws Exception {
    put("slow", "{\"rate\":\"20/s\"}");
    assertThat(millis("square", "[1,2,3,4,5,6,7,8,9,10]", "[{\"name\":\"slow\"}]"))
        .as("two at once, then one each 50 ms")
        .isGreaterThanOrEqualTo(380);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"permits":0}                 | /permits
          {"permits":100001}            | /permits
          {"permits":"4"}               | /permits
          {}                            | ``
          [4]                           | ``
          {"rate":"fast"}               | /rate
          {"rate":"0/s"}                | /rate
          {"rate":"10/d"}               | /rate
          {"rate":"1000001/s"}          | /rate
          {"rate":100}                  | /rate
          {"permits":4,"burst":2}       | /burst
          """)
  void aBadLimitIsRefusedWithItsPlace(String body, String pointer) throws Exception {
    refused(put("bad", body), pointer);
    assertThat(api.get("/v1/limits/bad").statusCode()).isEqualTo(404);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          [{"name":"nobody-made-it"}]                  | /limits/0/name
          [{"name":"n","permits":0}]                   | /limits/0/permits
          [{"permits":1}]                              | /limits/0/name
          [{"name":"n","permits":1,"key":"host"}]      | /limits/0/key
          [{"name":"n","permits":1},{"name":"n"}]      | /limits/1/name
          {"name":"n"}                                 | /limits
          """)
  void aJobWithABadLimitIsRefusedWithItsPlace(String limits, String pointer) throws Exception {
    refused(post("square", "[1]", limits), pointer);
    assertThat(names()).doesNotContain("n");
  }

  @Test
  void aNameThatNoLimitCanHaveIsRefused() throws Exception {
    HttpResponse<String> answer = put("a%20b", "{\"permits\":1}");

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(Api.json(answer).get("type").stringValue()).isEqualTo("/problems/invalid-parameter");
  }

  private List<String> names() throws Exception {
    List<String> names = new ArrayList<>();
    Api.json(api.get("/v1/limits"))
        .get("limits")
        .forEach(limit -> names.add(limit.get("name").stringValue()));
    return names;
  }

  private HttpResponse<String> put(String name, String body) throws Exception {
    return api.send(
        api.to("/v1/limits/" + name)
            .header("Content-Type", "application/json")
            .PUT(BodyPublishers.ofString(body)));
  }

  private HttpResponse<String> delete(String name) throws Exception {
    return api.send(api.to("/v1/limits/" + name).DELETE());
  }

  private HttpResponse<String> post(String function, String inputs, String limits)
      throws Exception {
    String job = Api.job(function, inputs);
    return api.post(
        "/v1/jobs",
        job.substring(0, job.length() - 1) + ",\"chunkSize\":1,\"limits\":" + limits + "}");
  }

  private String submit(String function, String inputs, String limits) throws Exception {
    HttpResponse<String> answer = post(function, inputs, limits);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    return Api.json(answer).get("id").stringValue();
  }

  private void ended(String job) throws Exception {
    api.ended("/v1/jobs/" + job);
  }

  private int inUse(String limit) {
    try {
      return Api.json(api.get("/v1/limits/" + limit)).get("inUse").intValue();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void refused(HttpResponse<String> answer, String pointer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
    JsonNode problem = Api.json(answer);
    assertThat(problem.get("type").stringValue()).isEqualTo("/problems/invalid-body");
    assertThat(problem.get("errors").get(0).get("pointer").stringValue()).isEqualTo(pointer);
  }
}
