package dev.manyhands.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.testkit.Wait;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// Inputs that stream in, as a client sends them: whole, bit by bit, broken off, and into a job
/// that stays open.
@ExtendWith(ApiExtension.class)
class StreamInTest {
  private static final String LINES = "application/jsonl";

  private final Api api;

  StreamInTest(Api api) {
    this.api = api;
  }

  @Test
  void linesAreAJobAsADocumentIs() throws Exception {
    HttpResponse<String> answer =
        postLines("/v1/jobs?view=values", head("square", "") + "1\n2\n3", "Prefer", "wait=20");

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("[1,4,9]");
  }

  @Test
  void manyLinesRunAndNoneIsLostOrMoved() throws Exception {
    int count = 300_000;
    String inputs = IntStream.range(0, count).mapToObj(i -> i + "\n").collect(Collectors.joining());

    HttpResponse<String> answer =
        postLines("/v1/jobs?view=values", head("identity", "") + inputs, "Prefer", "wait=60");

    assertThat(answer.statusCode()).as(answer.body().substring(0, 100)).isEqualTo(200);
    assertThat(answer.body())
        .isEqualTo(
            IntStream.range(0, count)
                .mapToObj(Integer::toString)
                .collect(Collectors.joining(",", "[", "]")));
  }

  @Test
  void aJobRunsWhileItsInputsArrive() throws Exception {
    String label = label();
    try (StreamedBody body = new StreamedBody(api, "/v1/jobs")) {
      body.write(head("square", label)).write("1\n2\n");
      String job = api.awaitJob(label);
      awaitSucceeded(job, 2);

      JsonNode receiving = Api.json(api.get(job));
      assertThat(receiving.get("state").stringValue()).isEqualTo("receiving");
      assertThat(receiving.get("totalKnown").booleanValue()).isFalse();
      assertThat(receiving.get("counts").get("total").intValue()).isEqualTo(2);
      assertThat(api.get(job + "/results").body()).contains("\"value\":4").contains("\"next\":\"");

      body.write("3\n");
      awaitSucceeded(job, 3);
      String answer = body.write("4").end();

      assertThat(answer).startsWith("HTTP/1.1 202");
      assertThat(awaitEnd(job).get("state").stringValue()).isEqualTo("succeeded");
      assertThat(api.get(job + "/results?view=values").body()).isEqualTo("[1,4,9,16]");
    }
  }

  @Test
  void aSenderThatBreaksOffLeavesNoJob() throws Exception {
    String label = label();
    String job;
    try (StreamedBody body = new StreamedBody(api, "/v1/jobs")) {
      body.write(head("sleep", label)).write("0\n100000\n0\n");
      job = api.awaitJob(label);
      awaitSucceeded(job, 1);
    }
    Wait.untilSeen("the job is gone", () -> status(job) == 404);
    Wait.untilSeen("what ran of it was stopped", () -> busy("virtual") == 0);

    assertThat(api.get(job + "/results").statusCode()).isEqualTo(404);
    assertThat(api.get("/v1/jobs?limit=1000").body()).doesNotContain(label);
  }

  @Test
  void jobsThatNeedOneWhoseSenderBreaksOffFindItGone() throws Exception {
    String label = label();
    String waiting;
    try (StreamedBody body = new StreamedBody(api, "/v1/jobs")) {
      body.write(head("square", label)).write("1\n");
      String needed = api.awaitJob(label);
      HttpResponse<String> accepted =
          api.post(
              "/v1/jobs",
              """
              {"function":{"type":"java","name":"square"},"inputs":[1],"dependsOn":{"jobs":["%s"]}}
              """
                  .formatted(needed.substring(needed.lastIndexOf('/') + 1)));
      waiting = accepted.headers().firstValue("Location").orElseThrow();
    }
    JsonNode ended = awaitEnd(waiting);

    assertThat(ended.get("state").stringValue()).isEqualTo("cancelled");
    assertThat(ended.get("reason").toString()).contains("dependency").contains("is gone");
    assertThat(api.get("/v1/jobs?limit=1000").body()).doesNotContain(label);
  }

  @Test
  void aJobSaysWhetherItIsOpen() throws Exception {
    String label = label();
    try (StreamedBody body = new StreamedBody(api, "/v1/jobs")) {
      body.write(head("square", label)).write("1\n");
      assertThat(Api.json(api.get(api.awaitJob(label))).get("open").booleanValue()).isFalse();
    }
    String job = openJob("square");
    assertThat(Api.json(api.get(job)).get("open").booleanValue()).isTrue();
    api.post(job + "/seal", "");
    assertThat(Api.json(api.get(job)).get("open").booleanValue()).isFalse();
  }

  @Test
  void anOpenJobOutlivesItsSenderAndTakesMore() throws Exception {
    String label = label();
    String job;
    try (StreamedBody body = new StreamedBody(api, "/v1/jobs")) {
      body.write(open("square", label)).write("1\n2\n3");
      job = api.awaitJob(label);
      awaitSucceeded(job, 2); // the 3 was no whole line
    }
    JsonNode more = added(job, "{\"inputs\": [10, 11]}", "application/json");
    assertThat(more.get("first").intValue()).isEqualTo(2);
    assertThat(more.get("last").intValue()).isEqualTo(3);
    assertThat(more.get("count").intValue()).isEqualTo(2);

    JsonNode lines = added(job, "20\r\n\n21", LINES);
    assertThat(lines.get("first").intValue()).isEqualTo(4);
    assertThat(lines.get("total").intValue()).isEqualTo(6);

    HttpResponse<String> sealed = api.post(job + "/seal", "");
    assertThat(sealed.statusCode()).as(sealed.body()).isEqualTo(200);
    assertThat(awaitEnd(job).get("state").stringValue()).isEqualTo("succeeded");
    assertThat(api.get(job + "/results?view=values").body()).isEqualTo("[1,4,100,121,400,441]");
    assertThat(api.post(job + "/seal", "").statusCode()).as("sealed twice").isEqualTo(200);
    refused(api.post(job + "/inputs", "{\"inputs\":[1]}"), 409, "succeeded");
  }

  @Test
  void anOpenJobIsThereThoughItsSenderBreaksOffBeforeItsFirstInput() throws Exception {
    String label = label();
    try (StreamedBody body = new StreamedBody(api, "/v1/jobs")) {
      body.write(open("square", label) + "\n2"); // no whole line
    }
    String job = api.awaitJob(label);
    assertThat(added(job, "3", LINES).get("first").intValue()).isZero();
    api.post(job + "/seal", "");

    assertThat(awaitEnd(job).get("counts").get("succeeded").intValue()).isEqualTo(1);
  }

  @Test
  void anInputWrittenAloneRunsAtOnce() throws Exception {
    String job = openJob("square");
    try (StreamedBody body = new StreamedBody(api, job + "/inputs")) {
      for (int i = 1; i <= 5; i++) {
        body.write(i + "\n");
        awaitSucceeded(job, i);
      }
      assertThat(body.end()).contains("\"first\":0").contains("\"count\":5");
    }
    api.post(job + "/seal", "");
    assertThat(awaitEnd(job).get("state").stringValue()).isEqualTo("succeeded");
  }

  @Test
  void twoWhoTakeTurnsAreToldWhichInputsAreTheirs() throws Exception {
    String job = openJob("square");
    try (StreamedBody one = new StreamedBody(api, job + "/inputs");
        StreamedBody other = new StreamedBody(api, job + "/inputs")) {
      one.write("1\n2\n");
      awaitSucceeded(job, 2);
      other.write("3\n");
      awaitSucceeded(job, 3);
      one.write("4\n");
      awaitSucceeded(job, 4);

      assertThat(one.end())
          .contains(
              "{\"first\":0,\"last\":3,\"count\":3,"
                  + "\"runs\":[{\"first\":0,\"last\":1},{\"first\":3,\"last\":3}],\"total\":4}");
      assertThat(other.end()).contains("{\"first\":2,\"last\":2,\"count\":1,\"total\":4}");
    }
    api.post(job + "/seal", "");
    awaitEnd(job);
  }

  @Test
  void whatArrivedBeforeABreakCounts() throws Exception {
    String job = openJob("square");
    try (StreamedBody body = new StreamedBody(api, job + "/inputs")) {
      body.write("1\n2\n3\n4");
      awaitSucceeded(job, 3);
    }
    api.post(job + "/seal", "");

    assertThat(awaitEnd(job).get("counts").get("total").intValue()).isEqualTo(3);
  }

  @Test
  void whoEndsABodyTooEarlyAndStillListensIsToldWhatWasTaken() throws Exception {
    String job = openJob("square");
    String label = label();
    try (StreamedBody added = new StreamedBody(api, job + "/inputs");
        StreamedBody open = new StreamedBody(api, "/v1/jobs");
        StreamedBody closed = new StreamedBody(api, "/v1/jobs")) {
      added.write("1\n2\n3").sendNoMore();
      open.write(open("square", label)).write("1\n2\n3\n").sendNoMore();
      closed.write(head("square", label())).write("1\n").sendNoMore();

      brokeOff(
          added, "; 2 inputs of this request were taken, the first with index 0, the last with 1");
      brokeOff(
          open,
          "; "
              + api.awaitJob(label).substring("/v1/jobs/".length())
              + " keeps the first 3 inputs of this request");
      brokeOff(closed, "; nothing of this request was kept");
    }
    awaitSucceeded(job, 2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ZZ\r\n", "-1\r\n", "3\r\n[1]x"})
  void whoseChunksAreNoneIsTold(String chunk) throws Exception {
    String job = openJob("square");
    try (StreamedBody body = new StreamedBody(api, job + "/inputs")) {
      body.write("1\n").writeAsIs(chunk);

      brokeOff(
          body, "; 1 inputs of this request were taken, the first with index 0, the last with 0");
    }
  }

  private static void brokeOff(StreamedBody body, String kept) throws Exception {
    assertThat(body.answer())
        .startsWith("HTTP/1.1 400 ")
        .contains(
            "/problems/bad-request",
            "expected a body as HTTP/1.1 has it, to its end, got one that broke off or has no such chunks"
                + kept);
  }

  @Test
  void theLinesBeforeABadOneAreTaken() throws Exception {
    String job = openJob("square");

    HttpResponse<String> answer = postLines(job + "/inputs", "1\n2\n\nnope\n5\n");

    refused(answer, 400, "line 4: ");
    assertThat(answer.body())
        .contains("2 inputs of this request were taken, the first with index 0, the last with 1");
    api.post(job + "/seal", "");
    assertThat(awaitEnd(job).get("counts").get("total").intValue()).isEqualTo(2);
  }

  @Test
  void aBadDocumentAddsNothing() throws Exception {
    String job = openJob("square");

    refused(api.post(job + "/inputs", "{\"inputs\":[1,2,}"), 400, "");
    refused(api.post(job + "/inputs", "{\"inputs\":[]}"), 422, "an empty one");
    refused(api.post(job + "/inputs", "{\"inputs\":[1],\"x\":1}"), 422, "unknown field x");

    assertThat(Api.json(api.get(job)).get("counts").get("total").intValue()).isZero();
    api.post(job + "/cancel", "");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"a":1}~                | 422 | line 1: the body has 2 mistakes
          ~~{                     | 400 | line 3: Unexpected end-of-input
          ``                      | 400 | line 1: expected the job
          HEAD                    | 422 | at least one input
          HEAD~1~2~[3~4~          | 400 | line 4:
          HEAD~1~"a~              | 400 | line 3:
          HEAD~1 2~               | 400 | line 2: expected one JSON value a line
          """)
  void badLinesMakeNoJob(String body, int status, String said) throws Exception {
    String label = label();

    HttpResponse<String> answer =
        postLines(
            "/v1/jobs",
            body.replace("HEAD", open("square", label).strip().replace(",\"open\":true", ""))
                .replace('~', '\n'));

    refused(answer, status, said);
    assertThat(api.get("/v1/jobs?limit=1000").body()).doesNotContain(label);
  }

  @Test
  void aBadLineTakesBackWhatRanAlready() throws Exception {
    String label = label();
    try (StreamedBody body = new StreamedBody(api, "/v1/jobs")) {
      body.write(open("square", label)).write("1\n");
      String job = api.awaitJob(label);
      awaitSucceeded(job, 1);

      assertThat(body.write("{]\n").end())
          .startsWith("HTTP/1.1 400")
          .contains("line 3: ")
          .doesNotContain("Source", "starting at");
      Wait.untilSeen("the job is gone", () -> status(job) == 404);
    }
  }

  @Test
  void aJobThatIsCancelledWhileItReceivesKeepsWhatItHas() throws Exception {
    String label = label();
    try (StreamedBody body = new StreamedBody(api, "/v1/jobs")) {
      body.write(head("square", label)).write("1\n2\n");
      String job = api.awaitJob(label);
      awaitSucceeded(job, 2);

      assertThat(api.post(job + "/cancel", "").statusCode()).isEqualTo(202);
      assertThat(awaitEnd(job).get("state").stringValue()).isEqualTo("cancelled");
      assertThat(body.write("3\n").end()).startsWith("HTTP/1.1 409").contains("was cancelled");
      assertThat(Api.json(api.get(job)).get("counts").get("succeeded").intValue()).isEqualTo(2);
    }
  }

  @Test
  void anEmptyOpenJobThatIsSealedHasSucceeded() throws Exception {
    String job = openJob("square");

    HttpResponse<String> sealed = api.post(job + "/seal", "");

    assertThat(Api.json(sealed).get("state").stringValue()).isEqualTo("succeeded");
    assertThat(api.get(job + "/results?view=values").body()).isEqualTo("[]");
  }

  @Test
  void anEmptyOpenJobThatIsCancelledIsCancelled() throws Exception {
    String job = openJob("square");

    api.post(job + "/cancel", "");

    assertThat(awaitEnd(job).get("state").stringValue()).isEqualTo("cancelled");
    assertThat(api.send(api.to(job).DELETE()).statusCode()).isEqualTo(204);
  }

  @Test
  void aReceivingJobIsNotDeletedAndNotSealedByOthers() throws Exception {
    String label = label();
    try (StreamedBody body = new StreamedBody(api, "/v1/jobs")) {
      body.write(head("square", label)).write("1\n");
      String job = api.awaitJob(label);

      refused(api.send(api.to(job).DELETE()), 409, "receiving");
      refused(api.post(job + "/seal", ""), 409, "sealed by the request that made it");
      refused(api.post(job + "/inputs", "{\"inputs\":[1]}"), 409, "did not say open");
    }
  }

  @Test
  void inputsOfManySendersAllArrive() throws Exception {
    String job = openJob("identity");
    Thread[] senders = new Thread[8];
    for (int s = 0; s < senders.length; s++) {
      int from = s * 1000;
      senders[s] =
          Thread.startVirtualThread(() -> {
            for (int i = from; i < from + 1000; i += 20) {
              int first = i;
              added(
                  job,
                  IntStream.range(first, first + 20)
                      .mapToObj(n -> n + "\n")
                      .collect(Collectors.joining()),
                  LINES);
            }
          });
    }
    for (Thread sender : senders) {
      sender.join();
    }
    api.post(job + "/seal", "");

    assertThat(awaitEnd(job).get("state").stringValue()).isEqualTo("succeeded");
    String values = api.get(job + "/results?view=values").body();
    assertThat(values.substring(1, values.length() - 1).split(","))
        .containsExactlyInAnyOrder(
            IntStream.range(0, 8000).mapToObj(Integer::toString).toArray(String[]::new));
  }

  private String openJob(String function) throws Exception {
    HttpResponse<String> answer =
        api.post(
            "/v1/jobs",
            "{\"function\":{\"type\":\"java\",\"name\":\"" + function + "\"},\"open\":true}");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    JsonNode job = Api.json(answer);
    assertThat(job.get("state").stringValue()).isEqualTo("receiving");
    return "/v1/jobs/" + job.get("id").stringValue();
  }

  private JsonNode added(String job, String inputs, String type) {
    try {
      HttpResponse<String> answer =
          api.send(
              api.to(job + "/inputs")
                  .header("Content-Type", type)
                  .POST(BodyPublishers.ofString(inputs)));
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
      return Api.json(answer);
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private HttpResponse<String> postLines(String path, String body, String... headers)
      throws IOException, InterruptedException {
    var request = api.to(path).header("Content-Type", LINES).POST(BodyPublishers.ofString(body));
    return api.send(headers.length == 0 ? request : request.headers(headers));
  }

  private static String label() {
    return UUID.randomUUID().toString();
  }

  private static String head(String function, String label) {
    return "{\"function\":{\"type\":\"java\",\"name\":\""
        + function
        + "\"},\"labels\":{\"test\":\""
        + label
        + "\"}}\n";
  }

  private static String open(String function, String label) {
    return head(function, label).replace("}}\n", "},\"open\":true}\n");
  }

  private void awaitSucceeded(String job, int tasks) {
    Wait.untilSeen(
        tasks + " tasks succeeded",
        () -> Api.json(get(job)).get("counts").get("succeeded").intValue() >= tasks);
  }

  private JsonNode awaitEnd(String job) throws IOException, InterruptedException {
    return api.ended(job);
  }

  private int busy(String pool) {
    return Api.json(get("/v1/pools/" + pool)).get("busy").intValue();
  }

  private int status(String path) {
    return get(path).statusCode();
  }

  private HttpResponse<String> get(String path) {
    try {
      return api.get(path);
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void refused(HttpResponse<String> answer, int status, String said) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
    assertThat(Api.json(answer).get("detail").stringValue()).contains(said);
  }
}
