package dev.manyhands.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// Jobs whose tasks have functions and names of their own.
@ExtendWith(ApiExtension.class)
class TasksApiTest {
  private static final String MIXED =
      """
      {"function": {"type": "java", "name": "square"},
       "tasks": [{"input": 3, "customId": "three"},
                 {"function": {"type": "java", "name": "identity"}, "input": "x"},
                 {"input": "bad", "customId": "b\\"ä"},
                 {"function": {"type": "java", "name": "identity"}, "input": [1], "customId": "one"}]}
      """;

  private final Api api;

  TasksApiTest(Api api) {
    this.api = api;
  }

  private String run(String body) throws Exception {
    String job = api.submit(body);
    api.ended(job);
    return job;
  }

  private static List<String> lines(String body) {
    return body.lines().map(line -> line.replaceAll(",\"attempt\".*", "")).toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"function":SQUARE,"tasks":[{"function":NOPE,"input":1}]}                   | /tasks/0/function/name
          {"tasks":[{"function":NOPE,"input":1},{"function":NOPE,"input":2}]}         | /tasks/0/function/name
          {"function":NOPE,"tasks":[{"input":1}]}                                     | /function/name
          {"function":SQUARE,"tasks":[{"input":1},{"function":NOPE,"input":1}]}       | /tasks/1/function/name
          {"tasks":[{"function":{"type":"http","url":"http://10.0.0.1/"},"input":1}]} | /tasks/0/function/url
          """)
  void aFunctionThatIsNotHereIsNamedWhereItStands(String body, String pointer) throws Exception {
    HttpResponse<String> answer =
        api.post(
            "/v1/jobs",
            body.replace("SQUARE", "{\"type\":\"java\",\"name\":\"square\"}")
                .replace("NOPE", "{\"type\":\"java\",\"name\":\"nope\"}"));

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
    assertThat(Api.json(answer).at("/errors/0/pointer").stringValue()).isEqualTo(pointer);
  }

  @Test
  void eachTaskRunsItsFunctionAndShowsItsName() throws Exception {
    String job = run(MIXED);

    String results = api.get(job + "/results", "Accept", "application/jsonl").body();
    assertThat(lines(results).get(0))
        .isEqualTo("{\"index\":0,\"customId\":\"three\",\"status\":\"succeeded\",\"value\":9");
    assertThat(lines(results).get(1))
        .isEqualTo("{\"index\":1,\"status\":\"succeeded\",\"value\":\"x\"");
    assertThat(lines(results).get(2))
        .startsWith("{\"index\":2,\"customId\":\"b\\\"ä\",\"status\":\"failed\"");
    assertThat(lines(results).get(3)).endsWith("\"value\":[1]");
    String completion = api.get(job + "/results?order=completion").body();
    assertThat(completion).contains("\"index\":3,\"customId\":\"one\"");
    String followed = api.get(job + "/results?follow=true").body();
    assertThat(followed).contains("{\"index\":0,\"customId\":\"three\",", "\"end\":true");
    String events = api.get(job + "/results", "Accept", "text/event-stream").body();
    assertThat(events).contains("data: {\"index\":0,\"customId\":\"three\",");
    assertThat(Api.json(api.get(job + "/tasks/3")).get("customId").stringValue()).isEqualTo("one");
    assertThat(api.get(job + "/tasks").body()).contains("\"index\":2,\"customId\":\"b\\\"ä\"");
  }

  @Test
  void theJobShowsItsFunctions() throws Exception {
    String job = run(MIXED);

    JsonNode full = Api.json(api.get(job));
    assertThat(full.has("function")).isFalse();
    assertThat(full.get("functions").size()).isEqualTo(2);
    assertThat(full.get("customIds").booleanValue()).isTrue();
    JsonNode listed = Api.json(api.get("/v1/jobs?limit=1&function=identity")).get("jobs").get(0);
    assertThat("/v1/jobs/" + listed.get("id").stringValue()).isEqualTo(job);
    assertThat(listed.get("function").get("label").stringValue()).isEqualTo("mixed:2");
    assertThat(api.get("/v1/jobs?function=mixed").body()).contains(job.substring(9));
  }

  @Test
  void aTaskIsFoundByItsName() throws Exception {
    String job = run(MIXED);
    String other = api.run("square", "[1]");

    JsonNode found = Api.json(api.get(job + "/tasks?customId=b%22%C3%A4"));

    assertThat(found.get("tasks").size()).isEqualTo(1);
    assertThat(found.get("tasks").get(0).get("index").intValue()).isEqualTo(2);
    assertThat(api.get(job + "/tasks?customId=three&status=failed").body())
        .isEqualTo("{\"tasks\":[],\"next\":null}");
    assertThat(Api.json(api.get(job + "/tasks?customId=thre")).get("tasks").isEmpty()).isTrue();
    assertThat(Api.json(api.get(other + "/tasks?customId=x")).get("tasks").isEmpty()).isTrue();
    assertThat(api.get(job + "/tasks?customId=three&customId=x").body())
        .contains("expected it once, got it 2 times");
    assertThat(api.get(job + "/tasks?customId=").statusCode()).isEqualTo(400);
    assertThat(api.get(job + "/tasks?customId=a&limit=1").statusCode()).isEqualTo(400);
  }

  @Test
  void aRetryKeepsFunctionsAndNames() throws Exception {
    String job = run(MIXED);

    HttpResponse<String> retried = api.post(job + "/retry", "{\"indexes\":[1,2,3]}");

    String again = "/v1/jobs/" + Api.json(retried).get("id").stringValue();
    api.ended(again);
    String results = api.get(again + "/results", "Accept", "application/jsonl").body();
    assertThat(lines(results).get(0))
        .isEqualTo("{\"index\":0,\"status\":\"succeeded\",\"value\":\"x\"");
    assertThat(lines(results).get(1))
        .startsWith("{\"index\":1,\"customId\":\"b\\\"ä\",\"status\":\"failed\"");
    assertThat(lines(results).get(2))
        .isEqualTo("{\"index\":2,\"customId\":\"one\",\"status\":\"succeeded\",\"value\":[1]");
  }

  @Test
  void manyTasksOfManyFunctionsComeOutRight() throws Exception {
    StringBuilder body = new StringBuilder("{\"tasks\":[");
    for (int i = 0; i < 3000; i++) {
      body.append(i == 0 ? "" : ",")
          .append("{\"input\":")
          .append(i)
          .append(",\"customId\":\"n-")
          .append(i)
          .append("\",\"function\":{\"type\":\"java\",\"name\":\"")
          .append(i / 7 % 2 == 0 ? "square" : "identity")
          .append("\"}}");
    }

    String job = run(body.append("]}").toString());

    List<String> values = new ArrayList<>();
    for (String line :
        api.get(job + "/results", "Accept", "application/jsonl").body().lines().toList()) {
      JsonNode row = Api.MAPPER.readTree(line);
      assertThat(row.get("customId").stringValue()).isEqualTo("n-" + row.get("index"));
      values.add(row.get("value").toString());
    }
    for (int i = 0; i < 3000; i++) {
      assertThat(values.get(i)).isEqualTo(String.valueOf(i / 7 % 2 == 0 ? (long) i * i : i));
    }
  }

  @ParameterizedTest
  @CsvSource({"'', one that threads can run", "'\"pool\": \"threads\",', the pool threads can run"})
  void theFirstFunctionThatNeedsAnotherPoolIsRefused(String pool, String expected)
      throws Exception {
    HttpResponse<String> answer =
        api.post(
            "/v1/jobs",
            """
            {%s "tasks": [{"input": 1, "function": {"type": "java", "name": "square"}},
                       {"input": 1, "function": {"type": "java", "name": "square"}},
                       {"input": 1, "function": {"type": "java", "name": "identity"}},
                       {"input": 1, "function": {"type": "command", "argv": ["echo", "{}"]}},
                       {"input": 1, "function": {"type": "command", "argv": ["true"]}}]}
            """
                .formatted(pool));

    assertThat(answer.statusCode()).isEqualTo(422);
    assertThat(Api.json(answer).at("/errors/0/pointer").stringValue())
        .isEqualTo("/tasks/3/function");
    assertThat(Api.json(answer).at("/errors/0/detail").stringValue())
        .contains(expected, "got one of type command, which runs on processes");
  }

  @Test
  void unknownFunctionIsNamedAtItsTask() throws Exception {
    HttpResponse<String> answer =
        api.post(
            "/v1/jobs",
            """
            {"tasks": [{"input": 1, "function": {"type": "java", "name": "square"}},
                       {"input": 1, "function": {"type": "java", "name": "square"}},
                       {"input": 1, "function": {"type": "java", "name": "sqare"}}]}
            """);

    assertThat(answer.statusCode()).isEqualTo(422);
    assertThat(Api.json(answer).at("/errors/0/pointer").stringValue())
        .isEqualTo("/tasks/2/function/name");
  }

  @Test
  void commandsAndPythonMixAndLimitsHold() throws Exception {
    String job =
        run(
            """
            {"limits": [{"name": "mixed-lock", "permits": 1}], "spare": null,
             "tasks": [{"input": 4, "customId": "py", "function":
                          {"type": "python", "source": "def f(n): return n + 1", "name": "f"}},
                       {"input": "hi", "function": {"type": "command", "argv": ["echo", "{}"]}}]}
            """
                .replace("\"spare\": null,", ""));

    assertThat(api.get(job + "/results?view=values").body()).isEqualTo("[5,\"hi\"]");
  }

  @Test
  void tasksGoOnAfterARestart(@TempDir Path data) throws Exception {
    String body =
        """
        {"pool": "solo", "tasks": [
           {"input": 60000, "customId": "long", "function": {"type": "java", "name": "sleep"}},
           {"input": 7, "customId": "sq", "function": {"type": "java", "name": "square"}},
           {"input": 8, "customId": "id", "function": {"type": "java", "name": "identity"}}],
         "timeout": "PT10S"}
        """;
    String job;
    try (Api first = Api.on(data)) {
      job = first.submit(body);
    }

    try (Api second = Api.on(data)) {
      second.ended(job);
      String results = second.get(job + "/results", "Accept", "application/jsonl").body();
      assertThat(lines(results).get(0)).contains("\"customId\":\"long\",\"status\":\"timed_out\"");
      assertThat(lines(results).get(1))
          .endsWith("\"customId\":\"sq\",\"status\":\"succeeded\",\"value\":49");
      assertThat(lines(results).get(2))
          .endsWith("\"customId\":\"id\",\"status\":\"succeeded\",\"value\":8");
    }
  }
}
