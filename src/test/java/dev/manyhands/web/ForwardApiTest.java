package dev.manyhands.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.testkit.Containers;
import dev.manyhands.testkit.Wait;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// What a client asks of a job, it may ask of any node.
@ExtendWith(Containers.class)
@Timeout(180)
class ForwardApiTest {
  private static final String LINES = "application/jsonl";

  @TempDir static Path folder;
  private static TwoNodes nodes;
  private static Api owner;
  private static Api other;

  @BeforeAll
  static void start() throws Exception {
    nodes = new TwoNodes(folder);
    owner = nodes.first;
    other = nodes.second;
  }

  @AfterAll
  static void stop() throws Exception {
    nodes.close();
  }

  private static String open() throws Exception {
    return owner.submit(Api.job("square", "[]").replace("\"inputs\"", "\"open\":true,\"inputs\""));
  }

  private static JsonNode ok(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 299);
    return Api.json(answer);
  }

  private static String type(HttpResponse<String> problem) {
    return Api.json(problem).path("type").stringValue();
  }

  @Test
  void anAnswerThatNobodyWantsIsRefusedByEitherNodeAndAnotherPassedOn() throws Exception {
    String job = open();
    for (Api node : List.of(owner, other)) {
      for (String unwanted : List.of("text/html", "application/json;q=0, */*;q=0.5")) {
        assertThat(type(node.get(job, "Accept", unwanted))).isEqualTo("/problems/not-acceptable");
        assertThat(type(node.post(job + "/seal", "", "Accept", unwanted)))
            .isEqualTo("/problems/not-acceptable");
        assertThat(type(node.get(job + "?x=1"))).isEqualTo("/problems/invalid-parameter");
      }
      JsonNode wanted = ok(node.get(job, "Accept", "text/html, application/json;q=0.1"));
      assertThat(wanted.get("state").stringValue()).isEqualTo("receiving");
      assertThat(wanted.get("open").booleanValue()).isTrue();
    }
    ok(other.post(job + "/seal", ""));
  }

  @Test
  void bothNodesAreListedByEither() throws Exception {
    for (Api node : List.of(owner, other)) {
      JsonNode all = ok(node.get("/v1/nodes")).get("nodes");
      assertThat(all.size()).isEqualTo(2);
      List<String> urls = new ArrayList<>();
      int selves = 0;
      for (JsonNode one : all) {
        urls.add(one.get("url").stringValue());
        selves += one.get("self").booleanValue() ? 1 : 0;
        assertThat(one.get("leaseLeft").stringValue()).startsWith("PT");
        assertThat(one.get("roles").toString()).isEqualTo("[\"api\",\"worker\"]");
      }
      assertThat(selves).isEqualTo(1);
      assertThat(urls)
          .containsExactly("http://127.0.0.1:" + owner.port(), "http://127.0.0.1:" + other.port());
    }
  }

  @Test
  void howAJobStandsIsToldByItsOwnerThroughAnyNode() throws Exception {
    String job = owner.block();

    JsonNode there = ok(owner.get(job));
    HttpResponse<String> answer = other.get(job);
    JsonNode here = ok(answer);

    assertThat(here.get("state").stringValue()).isEqualTo("running");
    assertThat(here.get("counts")).isEqualTo(there.get("counts"));
    assertThat(
            other
                .get(job, "If-None-Match", answer.headers().firstValue("ETag").orElseThrow())
                .statusCode())
        .isEqualTo(304);
    assertThat(ok(other.post(job + "/cancel", "{\"mode\":\"kill\"}")).get("id")).isNotNull();
    assertThat(other.ended(job).get("state").stringValue()).isEqualTo("cancelled");
    assertThat(other.send(other.to(job).DELETE()).statusCode()).isEqualTo(204);
    assertThat(owner.get(job).statusCode()).isEqualTo(404);
  }

  @Test
  void aWaitingRequestIsAnsweredWhenTheJobHasEnded() throws Exception {
    String job = open();
    CompletableFuture<HttpResponse<String>> waiting =
        other.sendLater(other.to(job).header("Prefer", "wait=30"));

    ok(other.post(job + "/inputs", "{\"inputs\":[3]}"));
    ok(other.post(job + "/seal", ""));

    HttpResponse<String> answer = waiting.get();
    assertThat(ok(answer).get("state").stringValue()).isEqualTo("succeeded");
    assertThat(answer.headers().firstValue("Preference-Applied")).contains("wait=30");
    assertThat(other.get(job + "/results?view=values").body()).isEqualTo("[9]");
  }

  @ParameterizedTest
  @CsvSource({"cancel, was cancelled", "seal, was sealed"})
  void aSilentSenderHearsThroughAnyNodeThatTheJobTakesNoMore(String how, String said)
      throws Exception {
    String job = open();
    try (StreamedBody body = new StreamedBody(other, job + "/inputs")) {
      body.write("7\n");
      Wait.untilSeen("the input came", () -> succeeded(job) == 1);

      ok(owner.post(job + "/" + how, ""));

      assertThat(body.answer())
          .startsWith("HTTP/1.1 409")
          .contains("application/problem+json", "job-not-receiving", said)
          .contains("1 inputs of this request were taken");
    }
  }

  private static int succeeded(String job) {
    try {
      return Api.json(owner.get(job)).at("/counts/succeeded").intValue();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aHeldJobIsHeldAndGoesOnThroughAnyNode() throws Exception {
    String job = open();
    assertThat(ok(other.post(job + "/pause", "")).get("id")).isNotNull();
    ok(other.post(job + "/inputs", "{\"inputs\":[2]}"));
    assertThat(ok(other.get(job)).get("counts").get("succeeded").intValue()).isZero();
    ok(other.post(job + "/resume", ""));
    ok(other.post(job + "/seal", ""));
    assertThat(other.ended(job).get("state").stringValue()).isEqualTo("succeeded");
  }

  /// HTTP imap with another node in between: each input is answered before the next is sent.
  @Test
  void inputsAndResultsFlowThroughAnotherNodeAsTheyCome() throws Exception {
    String job = open();
    HttpResponse<InputStream> results =
        other.open(other.to(job + "/results?order=completion&follow=true").header("Accept", LINES));
    assertThat(results.statusCode()).isEqualTo(200);
    BufferedReader lines = new BufferedReader(new InputStreamReader(results.body(), UTF_8));
    try (StreamedBody inputs = new StreamedBody(other, job + "/inputs")) {
      for (int n = 1; n <= 3; n++) {
        inputs.write(n + "\n");
        String line = lines.readLine();
        while (line.isEmpty()) {
          line = lines.readLine();
        }
        assertThat(line).contains("\"value\":" + n * n);
      }
      assertThat(inputs.end()).startsWith("HTTP/1.1 202").contains("\"count\":3");
    }
    ok(other.post(job + "/seal", ""));
    String last = "";
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      last = line.isEmpty() ? last : line;
    }
    assertThat(last).contains("\"end\":true", "succeeded");
  }

  @Test
  void aSenderThatIsTurnedDownInTheMiddleIsToldThen() throws Exception {
    String job = open();
    try (StreamedBody inputs = new StreamedBody(other, job + "/inputs")) {
      inputs.write("1\n");
      awaitTotal(job, 1);
      ok(other.post(job + "/cancel", "{\"mode\":\"kill\"}"));
      other.ended(job);
      inputs.write("2\n").write("3\n");
      Wait.untilSeen("more is sent until an answer comes", () -> isAnsweredAfter("4\n", inputs));
      assertThat(inputs.end()).startsWith("HTTP/1.1 409").contains("job-not-receiving");
    }
  }

  private static boolean isAnsweredAfter(String line, StreamedBody inputs) {
    try {
      return inputs.write(line).isAnswered();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aSenderThatBreaksOffLeavesWhatHeSent() throws Exception {
    String job = open();
    try (StreamedBody inputs = new StreamedBody(other, job + "/inputs")) {
      inputs.write("1\n2\n3");
      awaitTotal(job, 2);
    }
    ok(other.post(job + "/inputs", "{\"inputs\":[4]}"));
    ok(other.post(job + "/seal", ""));
    other.ended(job);
    assertThat(other.get(job + "/results?view=values").body())
        .as("the 3 was no whole line")
        .isEqualTo("[1,4,16]");
  }

  private static void awaitTotal(String job, int total) {
    Wait.untilSeen(
        "the job has " + total + " inputs",
        () -> {
          try {
            return ok(other.get(job)).at("/counts/total").intValue() == total;
          } catch (Exception e) {
            throw new AssertionError(e);
          }
        });
  }

  @Test
  void eventsOfAnotherNodesJobAreReadToTheirEnd() throws Exception {
    String job = open();
    HttpResponse<InputStream> events =
        other.open(other.to(job + "/events").header("Accept", "text/event-stream"));
    BufferedReader lines = new BufferedReader(new InputStreamReader(events.body(), UTF_8));
    assertThat(lines.readLine()).isNotNull();
    ok(owner.post(job + "/seal", ""));

    StringBuilder all = new StringBuilder();
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      all.append(line).append('\n');
    }
    assertThat(all.toString()).contains("event: end");
  }

  @Test
  void aProblemOfTheOwnerComesThroughUnchanged() throws Exception {
    String job = open();

    HttpResponse<String> direct = owner.post(job + "/inputs", "{\"inputs\":1}");
    HttpResponse<String> passed = other.post(job + "/inputs", "{\"inputs\":1}");

    assertThat(passed.statusCode()).isEqualTo(direct.statusCode()).isEqualTo(422);
    assertThat(passed.body()).isEqualTo(direct.body());
    assertThat(passed.headers().firstValue("Content-Type")).contains("application/problem+json");
    owner.post(job + "/cancel", "");
  }

  @Test
  void whoeverHasNotTheKeyGetsNowhere() throws Exception {
    String job = open();
    HttpResponse<String> answer =
        other.send(
            java.net.http.HttpRequest.newBuilder(
                    java.net.URI.create("http://127.0.0.1:" + other.port() + job))
                .header("Authorization", "Bearer no"));
    assertThat(answer.statusCode()).isEqualTo(401);
    owner.post(job + "/cancel", "");
  }

  @Test
  void aRequestIsPassedOnOnceAtMost() throws Exception {
    String job = open();

    HttpResponse<String> answer = other.get(job, Relay.PASSED_ON, "node_x");

    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(type(answer)).isEqualTo("/problems/owner-away");
    assertThat(answer.headers().firstValue("Retry-After")).contains("1");
    owner.post(job + "/cancel", "");
  }

  @Test
  void anOwnerThatIsNotReachedIsA503ThatSaysWhenToAskAgain() throws Exception {
    String job = open();
    String id = job.substring(job.lastIndexOf('/') + 1);
    nodes.place.run(
        "INSERT INTO nodes (id, name, roles, version, key, url, lease_until) VALUES"
            + " ('node_dead', 'dead', 'api', '0', '', 'http://127.0.0.1:1',"
            + " clock_timestamp() + INTERVAL '100 seconds')");
    nodes.place.run("UPDATE jobs SET owner = 'node_dead' WHERE id = '" + id + "'");
    try {
      HttpResponse<String> answer = other.get(job);

      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(type(answer)).isEqualTo("/problems/owner-away");
      assertThat(answer.headers().firstValue("Retry-After")).contains("60");
      assertThat(other.get(job + "/results").statusCode()).as("the store tells").isEqualTo(200);
    } finally {
      nodes.change("DELETE FROM nodes WHERE id = 'node_dead'");
    }
    Wait.untilSeen(
        "another node has the job",
        () -> {
          try {
            return other.get(job).statusCode() == 200;
          } catch (Exception e) {
            throw new AssertionError(e);
          }
        });
    other.post(job + "/cancel", "");
  }

  @Test
  void aNodeWithAnotherKeyDoesNotStart(@TempDir Path stranger) {
    org.assertj.core.api.Assertions.assertThatThrownBy(
            () -> Api.on(stranger, nodes.place.settings().toArray(String[]::new)).close())
        .rootCause()
        .hasMessageContaining("manyhands.security.key-file");
  }
}
