package dev.manyhands.web;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.testkit.Wait;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// Requests that wait where so many others wait that they have to leave.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LateAnswerTest {
  private static final int ROOM = 3;

  private Api api;

  @BeforeAll
  void start() {
    api = full("--manyhands.follow.max-waiting=" + (Waiting.MAX_KEPT + ROOM));
  }

  /// Whoever was answered leaves a moment after the answer, and would be taken for one of this
  /// test.
  @BeforeEach
  void nobodyWaits() {
    awaitLate(api, 0);
  }

  @AfterAll
  void stop() throws Exception {
    api.close();
  }

  /// A service on which as many requests wait as may wait as they are.
  private static Api full(String... settings) {
    Api api = new Api(settings);
    assertThat(api.bean(Waiting.class).kept.drainPermits()).isEqualTo(Waiting.MAX_KEPT);
    return api;
  }

  private static void awaitLate(Api api, int count) {
    Wait.untilSeen(
        count + " requests have left",
        () ->
            api.bean(MeterRegistry.class).get("manyhands.waiting").gauge().value()
                == Waiting.MAX_KEPT + count);
  }

  private CompletableFuture<HttpResponse<String>> getLater(String path, String... headers)
      throws Exception {
    var request = api.to(path).header("Prefer", "wait=60");
    return api.sendLater(headers.length == 0 ? request : request.headers(headers));
  }

  /// A job that ends when the other one is killed.
  private String behind(String function, String inputs) throws Exception {
    return api.submit(
        Api.job(function, inputs).replace("\"inputs\"", "\"pool\":\"solo\",\"inputs\""));
  }

  private HttpResponse<String> whenEnded(String function, String inputs, String path)
      throws Exception {
    String block = api.block();
    String job = behind(function, inputs);
    var later = getLater(job + path);
    awaitLate(api, 1);
    assertThat(later).isNotDone();
    api.kill(block);
    return later.get();
  }

  @Test
  void aJobIsAnsweredWhenItHasEnded() throws Exception {
    HttpResponse<String> answer = whenEnded("square", "[1,2,3]", "");

    assertThat(answer.statusCode()).isEqualTo(200);
    JsonNode job = Api.json(answer);
    assertThat(job.get("state").stringValue()).isEqualTo("succeeded");
    HttpResponse<String> other = api.get("/v1/jobs/" + job.get("id").stringValue());
    assertThat(answer.body()).isEqualTo(other.body());
    HttpHeaders headers = answer.headers();
    for (String name : other.headers().map().keySet()) {
      if (!name.equals("keep-alive") && !name.equals("date")) {
        assertThat(headers.allValues(name)).as(name).isEqualTo(other.headers().allValues(name));
      }
    }
    assertThat(headers.firstValue("Date")).isPresent();
    assertThat(headers.firstValue("Content-Length"))
        .contains(Integer.toString(answer.body().length()));
    assertThat(headers.firstValue("Preference-Applied")).contains("wait=60");
    assertThat(headers.firstValue("Connection")).contains("close");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          square   | [1,2,3]   | /results?view=values          | 200 | [1,4,9]
          square   | [1,"x"]   | /results?view=values          | 409 | /problems/tasks-failed
          square   | [1,"x"]   | /results?view=values&status=succeeded | 200 | [1]
          square   | [1]       | /results?view=values&status=failed    | 400 | /problems/invalid-parameter
          identity | ["a","b"] | /results?order=completion     | 200 | "value":"b"
          """)
  void everyStatusComesRight(String function, String inputs, String path, int status, String said)
      throws Exception {
    HttpResponse<String> answer = whenEnded(function, inputs, path);

    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(answer.body()).contains(said);
    assertThat(answer.headers().firstValue("Content-Type"))
        .contains(status == 200 ? "application/json" : Problem.TYPE);
    assertThat(answer.headers().firstValue("Connection")).contains("close");
  }

  @Test
  void aLongAnswerIsWhole() throws Exception {
    String text = "\"" + "x".repeat(3000) + "\"";
    String inputs = Collections.nCopies(100, text).toString().replace(", ", ",");

    HttpResponse<String> values = whenEnded("identity", inputs, "/results?view=values");

    assertThat(values.headers().firstValue("Transfer-Encoding")).contains("chunked");
    assertThat(values.body()).isEqualTo(inputs);
  }

  @Test
  void aSubmissionIsAnsweredWhenItsJobHasEnded() throws Exception {
    String block = api.block();
    String body = Api.job("square", "[2,3]").replace("\"inputs\"", "\"pool\":\"solo\",\"inputs\"");
    var job = postLater("/v1/jobs", body);
    var values = postLater("/v1/jobs?view=values", body);
    awaitLate(api, 2);
    api.kill(block);

    assertThat(job.get().statusCode()).isEqualTo(202);
    assertThat(job.get().headers().firstValue("Location"))
        .contains("/v1/jobs/" + Api.json(job.get()).get("id").stringValue());
    assertThat(Api.json(job.get()).get("state").stringValue()).isEqualTo("succeeded");
    assertThat(values.get().statusCode()).isEqualTo(200);
    assertThat(values.get().body()).isEqualTo("[4,9]");
  }

  private CompletableFuture<HttpResponse<String>> postLater(String path, String body)
      throws Exception {
    return api.sendLater(
        api.to(path)
            .header("Prefer", "wait=60")
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body)));
  }

  @Test
  void whoKnowsAVersionHearsOfAnotherOrThatThereIsNone() throws Exception {
    String block = api.block();
    String job = behind("square", "[1]");
    String tag = api.get(job).headers().firstValue("ETag").orElseThrow();

    HttpResponse<String> same = api.get(job, "If-None-Match", tag, "Prefer", "wait=1");
    awaitLate(api, 0);
    var news = getLater(job, "If-None-Match", tag);
    awaitLate(api, 1);
    api.post(job + "/pause", "");

    assertThat(same.statusCode()).isEqualTo(304);
    assertThat(same.body()).isEmpty();
    assertThat(same.headers().firstValue("ETag")).contains(tag);
    assertThat(same.headers().firstValue("Connection")).contains("close");
    assertThat(news.get().statusCode()).isEqualTo(200);
    assertThat(Api.json(news.get()).get("state").stringValue()).isEqualTo("paused");
    assertThat(news.get().headers().firstValue("ETag").orElseThrow()).isNotEqualTo(tag);
    api.kill(job);
    api.kill(block);
  }

  @Test
  void afterItsTimeAJobIsAnsweredAsItStands() throws Exception {
    String job = api.block();

    HttpResponse<String> stands = api.get(job, "Prefer", "wait=1");
    HttpResponse<String> none = api.get(job + "/results?view=values", "Prefer", "wait=1");
    api.kill(job);

    assertThat(Api.json(stands).get("state").stringValue()).isEqualTo("running");
    assertThat(stands.headers().firstValue("Preference-Applied")).contains("wait=1");
    assertThat(none.statusCode()).isEqualTo(409);
    assertThat(Api.json(none).get("type").stringValue()).isEqualTo("/problems/job-not-ended");
  }

  @Test
  void whoNeedNotWaitKeepsTheConnection() throws Exception {
    String ended = api.run("square", "[1]");

    HttpResponse<String> answer = api.get(ended, "Prefer", "wait=20");
    HttpResponse<String> unknown = api.get("/v1/jobs/job_" + "0".repeat(26), "Prefer", "wait=20");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Connection")).isEmpty();
    assertThat(unknown.statusCode()).isEqualTo(404);
  }

  @Test
  void thereIsRoomForSoManyAndWhoIsGoneGivesItBack() throws Exception {
    String job = api.block();
    List<Socket> all = new ArrayList<>();
    for (int i = 0; i < ROOM; i++) {
      Socket socket = new Socket(InetAddress.getLoopbackAddress(), api.port());
      all.add(socket);
      String request =
          "GET %s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\nPrefer: wait=60\r\n\r\n"
              .formatted(job, api.key());
      socket.getOutputStream().write(request.getBytes(US_ASCII));
    }
    awaitLate(api, ROOM);

    HttpResponse<String> beyond = api.get(job, "Prefer", "wait=60");
    for (Socket one : all) {
      one.close();
    }
    awaitLate(api, 0);
    api.kill(job);

    assertThat(beyond.statusCode()).isEqualTo(200);
    assertThat(beyond.headers().firstValue("Preference-Applied")).isEmpty();
    assertThat(Api.json(beyond).get("state").stringValue()).isEqualTo("running");
  }

  @Test
  void aStopAnswersAsItStands() throws Exception {
    Api other = full(Api.NO_PYTHON);
    String job = other.block();
    var waiting = other.sendLater(other.to(job).header("Prefer", "wait=60"));
    awaitLate(other, 1);
    long from = System.nanoTime();

    other.close();

    assertThat(System.nanoTime() - from).isLessThan(10_000_000_000L);
    assertThat(waiting.get().statusCode()).isEqualTo(200);
    assertThat(Api.json(waiting.get()).get("state").stringValue()).isEqualTo("running");
  }
}
