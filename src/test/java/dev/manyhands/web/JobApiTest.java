package dev.manyhands.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

@ExtendWith(ApiExtension.class)
class JobApiTest {
  private final Api api;

  JobApiTest(Api api) {
    this.api = api;
  }

  @Test
  void aFunctionOfAModuleIsReadThroughTheWalls() throws Exception {
    String job =
        "{\"function\":{\"type\":\"python\",\"module\":\"mh_demo\",\"name\":\"twice\"},"
            + "\"inputs\":[21]}";

    String path = api.submit(job);
    api.ended(path);
    assertThat(api.get(path + "/results?view=values").body()).isEqualTo("[42]");
  }

  @Test
  void oneRequestGivesTheSquares() throws Exception {
    HttpResponse<String> answer =
        api.post("/v1/jobs?view=values", Api.job("square", "[1,2,3,4,5]"), "Prefer", "wait=20");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("[1,4,9,16,25]");
    assertThat(answer.headers().firstValue("Preference-Applied")).contains("wait=20");
    assertThat(answer.headers().firstValue("Location")).isPresent();
  }

  @Test
  void valuesComeBackByteForByte() throws Exception {
    String inputs =
        "[9007199254740993,0.1000,1e400,-0,\"\\ud800\",{\"b\" : [1,{\"a\":null}], \"a\":\"ä\"}]";

    String job = api.run("identity", inputs);

    assertThat(api.get(job + "/results?view=values").body()).isEqualTo(inputs);
  }

  /// The one exception, which the README names.
  @Test
  void onlyALineBreakBetweenTokensBecomesASpace() throws Exception {
    String inputs =
        """
        [{
          "b" : [1.0,\r
        \t2],\r  "a\\n": "x\\r\\ny"
        }
        ,[
        ]]\
        """;
    assertThat(inputs).contains("\r\n").contains("\\r\\n");

    String job = api.run("identity", inputs);

    assertThat(api.get(job + "/results?view=values").body())
        .isEqualTo("[{   \"b\" : [1.0,  \t2],   \"a\\n\": \"x\\r\\ny\" },[ ]]");
  }

  @Test
  void aJobIsAcceptedWithItsPlaceAndState() throws Exception {
    HttpResponse<String> answer = api.post("/v1/jobs", Api.job("square", "[1,2]"));

    assertThat(answer.statusCode()).isEqualTo(202);
    JsonNode job = Api.json(answer);
    assertThat(answer.headers().firstValue("Location"))
        .contains("/v1/jobs/" + job.get("id").stringValue());
    assertThat(job.get("counts").get("total").intValue()).isEqualTo(2);
    assertThat(job.get("pool").stringValue()).isEqualTo("threads");
    assertThat(job.get("function").get("label").stringValue()).isEqualTo("java:square");
  }

  @Test
  void oneJobShowsAllThatWasAskedFor() throws Exception {
    String body =
        """
        {"function":{"type":"java","name":"square"},"inputs":[1],"timeout":"PT30S",
         "retry":{"maxAttempts":2},"labels":{"app":"demo"}}\
        """;
    String id = Api.json(api.post("/v1/jobs", body)).get("id").stringValue();

    JsonNode job = Api.json(api.get("/v1/jobs/" + id));

    assertThat(job.get("function").get("name").stringValue()).isEqualTo("square");
    assertThat(job.get("timeout").stringValue()).isEqualTo("PT30S");
    assertThat(job.get("retry").get("maxAttempts").intValue()).isEqualTo(2);
    assertThat(job.get("labels").get("app").stringValue()).isEqualTo("demo");
  }

  @Test
  void whoWaitsGetsTheJobAsItEnded() throws Exception {
    HttpResponse<String> answer =
        api.post("/v1/jobs", Api.job("square", "[3]"), "Prefer", "respond-async, wait=20");

    assertThat(Api.json(answer).get("state").stringValue()).isEqualTo("succeeded");
  }

  @Test
  void whoWaitsTooShortGetsTheJobAsItStands() throws Exception {
    HttpResponse<String> posted =
        api.post("/v1/jobs?view=values", Api.job("sleep", "[60000]"), "Prefer", "wait=0");
    assertThat(posted.statusCode()).isEqualTo(202);
    String job = "/v1/jobs/" + Api.json(posted).get("id").stringValue();

    HttpResponse<String> values = api.get(job + "/results?view=values");
    assertThat(values.statusCode()).isEqualTo(409);
    assertThat(Api.json(values).get("type").stringValue()).isEqualTo("/problems/job-not-ended");
    assertThat(api.get(job + "/tasks/0").body()).isEqualTo("{\"index\":0,\"status\":\"pending\"}");
    HttpResponse<String> deleted = api.send(api.to(job).DELETE());
    assertThat(deleted.statusCode()).isEqualTo(409);

    HttpResponse<String> cancelled = api.post(job + "/cancel", "{\"mode\":\"kill\"}");
    assertThat(cancelled.statusCode()).isEqualTo(202);
    JsonNode ended = api.ended(job);
    assertThat(ended.get("state").stringValue()).isEqualTo("cancelled");
    assertThat(ended.get("counts").get("cancelled").intValue()).isEqualTo(1);
  }

  @Test
  void anEtagSavesTheSecondAnswer() throws Exception {
    String job = api.run("square", "[1]");
    String etag = api.get(job).headers().firstValue("ETag").orElseThrow();

    HttpResponse<String> again = api.get(job, "If-None-Match", etag);

    assertThat(again.statusCode()).isEqualTo(304);
    assertThat(again.body()).isEmpty();
    assertThat(api.get(job, "If-None-Match", "\"running-0-0-0-0-0-0\"").statusCode())
        .isEqualTo(200);
  }

  @Test
  void jobsAreListedNewestFirstInPages() throws Exception {
    String first = api.run("square", "[1]");
    String second = api.run("square", "[2]");
    String third = api.run("square", "[3]");

    HttpResponse<String> page = api.get("/v1/jobs?limit=2");
    String next = Api.json(page).get("next").stringValue();
    JsonNode rest = Api.json(api.get("/v1/jobs?limit=1&before=" + next));

    assertThat(ids(Api.json(page))).containsExactly(third, second);
    assertThat(page.headers().firstValue("Link"))
        .contains("</v1/jobs?before=" + next + "&limit=2>; rel=\"next\"");
    assertThat(ids(rest)).containsExactly(first);
  }

  @Test
  void aRemovedJobIsGone() throws Exception {
    String job = api.run("square", "[1]");

    HttpResponse<String> removed = api.send(api.to(job).DELETE());

    assertThat(removed.statusCode()).isEqualTo(204);
    assertThat(api.get(job).statusCode()).isEqualTo(404);
    assertThat(api.get(job + "/results").statusCode()).isEqualTo(404);
  }

  @Test
  void aPoolIsResizedWhileItRuns() throws Exception {
    HttpResponse<String> resized =
        api.send(
            api.to("/v1/pools/virtual")
                .header("Content-Type", "application/json")
                .method(
                    "PATCH",
                    java.net.http.HttpRequest.BodyPublishers.ofString("{\"workers\":17}")));

    assertThat(resized.statusCode()).isEqualTo(200);
    assertThat(Api.json(api.get("/v1/pools/virtual")).get("workers").intValue()).isEqualTo(17);
    assertThat(api.get("/v1/pools").body()).contains("\"threads\"", "\"virtual\"");
    assertThat(api.get("/v1/pools/none").statusCode()).isEqualTo(404);
  }

  @Test
  void theServiceSaysWhatItIsAndCan() throws Exception {
    JsonNode info = Api.json(api.get("/v1/info"));

    assertThat(info.get("limits").get("max-body").intValue()).isEqualTo(Api.MAX_BODY);
    assertThat(info.get("limits").get("max-readers").intValue()).isEqualTo(11_000);
    assertThat(info.get("limits").get("max-nesting").intValue()).isEqualTo(64);
    assertThat(info.get("functions").get("java").get("available").booleanValue()).isTrue();
    JsonNode functions = Api.json(api.get("/v1/functions")).get("functions");
    assertThat(functions.values())
        .anySatisfy(function -> {
          assertThat(function.get("name").stringValue()).isEqualTo("square");
          assertThat(function.get("input").get("type").stringValue()).isEqualTo("integer");
        });
  }

  private static List<String> ids(JsonNode page) {
    List<String> ids = new ArrayList<>();
    page.get("jobs").forEach(job -> ids.add("/v1/jobs/" + job.get("id").stringValue()));
    return ids;
  }
}
