package dev.manyhands.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

@ExtendWith(ApiExtension.class)
class ResultApiTest {
  private final Api api;

  ResultApiTest(Api api) {
    this.api = api;
  }

  @Test
  void resultsComeAsAPageOrAsLines() throws Exception {
    String job = api.run("square", "[2,\"x\",3]");

    List<JsonNode> lines =
        api.get(job + "/results", "Accept", "application/jsonl")
            .body()
            .lines()
            .map(Api.MAPPER::readTree)
            .toList();
    JsonNode page = Api.json(api.get(job + "/results"));

    assertThat(page.get("next").isNull()).isTrue();
    assertThat(page.get("results").values()).isEqualTo(lines);
    assertThat(lines).extracting(line -> line.get("index").intValue()).containsExactly(0, 1, 2);
    assertThat(lines.get(0).get("value").intValue()).isEqualTo(4);
    assertThat(lines.get(0).get("attempt").intValue()).isEqualTo(1);
    assertThat(lines.get(0).get("runMs").isNumber()).isTrue();
    assertThat(lines.get(1).get("status").stringValue()).isEqualTo("failed");
    assertThat(lines.get(1).has("value")).isFalse();
    assertThat(lines.get(1).get("error").get("message").stringValue()).contains("\"x\"");
    assertThat(lines.get(2).get("value").intValue()).isEqualTo(9);
  }

  @ParameterizedTest
  @ValueSource(strings = {"application/x-ndjson", "application/jsonl", "application/json"})
  void theMediaTypeIsTheOneAskedFor(String type) throws Exception {
    String job = api.run("square", "[2]");

    HttpResponse<String> answer = api.get(job + "/results", "Accept", type + ", */*;q=0.1");

    assertThat(answer.headers().firstValue("Content-Type")).contains(type);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          text/event-stream;q=0.1, application/json      | application/json
          text/event-stream;q=0.1, application/jsonl     | application/jsonl
          text/event-stream;q=0.5, */*                   | application/json
          text/event-stream;q=0, */*;q=0.1               | application/json
          application/json;q=0.2, application/jsonl;q=0.3 | application/jsonl
          application/json;q=0, */*                      | application/jsonl
          text/event-stream, application/json;q=0.9      | text/event-stream
          text/event-stream, */*                         | text/event-stream
          """)
  void theMediaTypeIsTheMostWelcomeOne(String accept, String type) throws Exception {
    String job = api.run("square", "[2]");

    HttpResponse<String> answer = api.get(job + "/results", "Accept", accept);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type").orElseThrow()).startsWith(type);
  }

  @ParameterizedTest
  @ValueSource(strings = {"input", "completion"})
  void pagesTogetherAreAllResultsOnce(String order) throws Exception {
    String job = api.run("square", IntStream.range(0, 5000).boxed().toList().toString());
    List<Integer> indexes = new ArrayList<>();

    String after = "";
    while (after != null) {
      JsonNode page = Api.json(api.get(job + "/results?limit=701&order=" + order + after));
      page.get("results").forEach(result -> indexes.add(result.get("index").intValue()));
      after = page.get("next").isNull() ? null : "&after=" + page.get("next").stringValue();
    }

    if (order.equals("input")) {
      assertThat(indexes).isEqualTo(IntStream.range(0, 5000).boxed().toList());
    }
    assertThat(indexes).hasSize(5000).doesNotHaveDuplicates();
  }

  @Test
  void onlyTheOutcomesThatAreWantedCome() throws Exception {
    String job = api.run("square", "[\"a\",2,\"b\",\"c\",3,\"d\"]");

    assertThat(indexes(api.get(job + "/results?status=failed"))).containsExactly(0, 2, 3, 5);
    assertThat(indexes(api.get(job + "/results?status=succeeded"))).containsExactly(1, 4);
    assertThat(indexes(api.get(job + "/results?status=skipped"))).isEmpty();
    JsonNode first = Api.json(api.get(job + "/results?status=failed&limit=2"));
    String next = first.get("next").stringValue();
    assertThat(indexes(api.get(job + "/results?status=failed&limit=2&after=" + next)))
        .containsExactly(3, 5);
  }

  @Test
  void aJobThatFailsWhileItsSenderWaitsForValuesKeepsItsAddress() throws Exception {
    HttpResponse<String> refused =
        api.post("/v1/jobs?view=values", Api.job("square", "[\"x\"]"), "Prefer", "wait=20");

    assertThat(refused.statusCode()).isEqualTo(409);
    String detail = Api.json(refused).get("detail").stringValue();
    String job = detail.substring(0, detail.indexOf(':'));
    assertThat(Api.json(api.get(job)).get("state").stringValue()).isEqualTo("failed");
  }

  @Test
  void valuesOfAFailedJobAreRefusedLikeAnException() throws Exception {
    String job = api.run("square", "[1,2,\"x\",4]");

    HttpResponse<String> refused = api.get(job + "/results?view=values");
    HttpResponse<String> some = api.get(job + "/results?view=values&status=succeeded");

    assertThat(refused.statusCode()).isEqualTo(409);
    assertThat(Api.json(refused).get("type").stringValue()).isEqualTo("/problems/tasks-failed");
    assertThat(Api.json(refused).get("detail").stringValue())
        .startsWith(job + ": of 4 tasks 3 succeeded, 1 failed, the first of them with index 2");
    assertThat(some.body()).isEqualTo("[1,4,16]");
  }

  @Test
  void manyValuesComeWholeAndInOrder() throws Exception {
    String inputs =
        IntStream.range(0, 300_000)
            .mapToObj(String::valueOf)
            .collect(Collectors.joining(",", "[", "]"));

    HttpResponse<String> values =
        api.post("/v1/jobs?view=values", Api.job("square", inputs), "Prefer", "wait=30");

    assertThat(values.body())
        .isEqualTo(
            LongStream.range(0, 300_000)
                .mapToObj(n -> String.valueOf(n * n))
                .collect(Collectors.joining(",", "[", "]")));
  }

  @Test
  void whatHasEndedIsReadInOrderUpToTheFirstThatHasNot() throws Exception {
    String body =
        """
        {"function":{"type":"java","name":"sleep"},"inputs":[0,60000,0],"chunkSize":1}\
        """;
    String job = "/v1/jobs/" + Api.json(api.post("/v1/jobs", body)).get("id").stringValue();
    try {
      while (indexes(api.get(job + "/results?order=completion")).size() < 2) {
        Thread.onSpinWait();
      }

      JsonNode inOrder = Api.json(api.get(job + "/results"));

      assertThat(inOrder.get("results")).hasSize(1);
      assertThat(inOrder.get("next").isString()).isTrue();
    } finally {
      api.post(job + "/cancel", "{\"mode\":\"kill\"}");
    }
  }

  @Test
  void aTaskShowsWhoRanItAndWhen() throws Exception {
    String job = api.run("square", "[7,\"x\"]");

    JsonNode task = Api.json(api.get(job + "/tasks/0"));

    assertThat(task.get("value").intValue()).isEqualTo(49);
    assertThat(task.get("worker").stringValue()).startsWith("threads-");
    assertThat(task.has("startedAt")).isTrue();
    assertThat(Api.json(api.get(job + "/tasks/1")).get("status").stringValue()).isEqualTo("failed");
    for (String none : List.of("2", "-1", "x", "99999999999")) {
      assertThat(api.get(job + "/tasks/" + none).statusCode()).as(none).isEqualTo(404);
    }
  }

  @Test
  void cursorsOfAnotherJobOrOrderAreRefused() throws Exception {
    String job = api.run("square", "[1,2,3]");
    String other = api.run("square", "[1,2,3]");
    String cursor = Api.json(api.get(job + "/results?limit=1")).get("next").stringValue();

    assertThat(api.get(job + "/results?after=" + cursor).statusCode()).isEqualTo(200);
    List<String> refused =
        List.of(
            other + "/results?after=" + cursor,
            job + "/results?order=completion&after=" + cursor,
            job + "/results?after=" + cursor + "0",
            job + "/results?after=2",
            job + "/results?after=",
            job + "/results?after=-1-0");
    for (String path : refused) {
      HttpResponse<String> answer = api.get(path);
      assertThat(answer.statusCode()).as(path).isEqualTo(400);
      assertThat(answer.body()).contains("/problems/invalid-parameter", "after");
    }
  }

  private static List<Integer> indexes(HttpResponse<String> page) {
    List<Integer> indexes = new ArrayList<>();
    Api.json(page).get("results").forEach(result -> indexes.add(result.get("index").intValue()));
    return indexes;
  }
}
