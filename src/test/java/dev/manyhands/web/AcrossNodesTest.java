package dev.manyhands.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.testkit.Containers;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// What binds jobs together binds them across nodes.
@ExtendWith(Containers.class)
@Timeout(120)
class AcrossNodesTest {
  @TempDir static Path folder;
  private static TwoNodes nodes;
  private static Api first;
  private static Api second;

  @BeforeAll
  static void start() throws Exception {
    // Long: what is to be heard at once is not to be seen by a look at the lease's time.
    nodes = new TwoNodes(folder, "--manyhands.cluster.lease=60s");
    first = nodes.first;
    second = nodes.second;
  }

  @AfterAll
  static void stop() throws Exception {
    nodes.close();
  }

  private static String open(Api node) throws Exception {
    return node.submit(Api.job("square", "[]").replace("\"inputs\"", "\"open\":true,\"inputs\""));
  }

  private static String id(String job) {
    return job.substring(job.lastIndexOf('/') + 1);
  }

  @Test
  void aJobStartsWhenThoseOnOtherNodesHaveEndedAndTakesTheirValues() throws Exception {
    String needed = open(first);
    String waiting =
        second.submit(
            "{\"function\":{\"type\":\"java\",\"name\":\"square\"},\"dependsOn\":{\"jobs\":[\""
                + id(needed)
                + "\"],\"inputs\":\"values\"}}");
    assertThat(first.send(first.to(needed).DELETE()).statusCode()).isEqualTo(409);

    first.post(needed + "/inputs", "{\"inputs\":[2,3]}");
    first.post(needed + "/seal", "");

    assertThat(second.ended(waiting).get("state").stringValue()).isEqualTo("succeeded");
    assertThat(first.get(waiting + "/results?view=values").body()).isEqualTo("[16,81]");
  }

  @Test
  void whatIsSentUnderOneKeyToBothNodesIsOneJob() throws Exception {
    for (int round = 0; round < 10; round++) {
      String key = "race-" + round;
      List<CompletableFuture<HttpResponse<String>>> sent = new ArrayList<>();
      for (Api node : List.of(first, second, first, second)) {
        sent.add(
            node.sendLater(
                node.to("/v1/jobs")
                    .header("Content-Type", "application/json")
                    .header("Idempotency-Key", key)
                    .POST(BodyPublishers.ofString(Api.job("square", "[" + round + "]")))));
      }
      Set<String> ids = new HashSet<>();
      for (CompletableFuture<HttpResponse<String>> one : sent) {
        HttpResponse<String> answer = one.get();
        if (answer.statusCode() == 202) {
          ids.add(Api.json(answer).get("id").stringValue());
        } else {
          assertThat(answer.statusCode()).as(answer.body()).isEqualTo(409);
          assertThat(answer.body()).contains("idempotency-key-in-use");
        }
      }
      assertThat(ids).hasSize(1);
      HttpResponse<String> again =
          second.post("/v1/jobs", Api.job("square", "[" + round + "]"), "Idempotency-Key", key);
      assertThat(Api.json(again).get("id").stringValue()).isIn(ids);
      assertThat(
              first
                  .post("/v1/jobs", Api.job("square", "[77]"), "Idempotency-Key", key)
                  .statusCode())
          .isEqualTo(422);
      assertThat(nodes.place.ask("SELECT count(*) FROM idempotency_keys WHERE key = '" + key + "'"))
          .isEqualTo(1);
    }
  }

  @Test
  void aJobThatWasRemovedIsGoneOnEveryNode() throws Exception {
    String job = first.run("square", "[5]");
    assertThat(first.get(job).statusCode()).isEqualTo(200);
    assertThat(second.send(second.to(job).DELETE()).statusCode()).isEqualTo(204);
    assertThat(first.get(job).statusCode()).isEqualTo(404);
    assertThat(second.get(job).statusCode()).isEqualTo(404);
  }

  @Test
  void thoseWhoWaitForAJobThatItsNodeLosesAreToldToComeBack() throws Exception {
    try (TwoNodes others = new TwoNodes(folder.resolve("lost"))) {
      String job = open(others.first);
      CompletableFuture<HttpResponse<String>> waiting =
          others.first.sendLater(others.first.to(job).header("Prefer", "wait=30"));
      CompletableFuture<HttpResponse<String>> further =
          others.second.sendLater(others.second.to(job).header("Prefer", "wait=30"));
      HttpResponse<InputStream> events =
          others.first.open(others.first.to(job + "/events").header("Accept", "text/event-stream"));
      BufferedReader lines = new BufferedReader(new InputStreamReader(events.body(), UTF_8));
      lines.readLine();

      others.place.run("UPDATE nodes SET lease_until = clock_timestamp() - INTERVAL '1 second'");

      for (CompletableFuture<HttpResponse<String>> one : List.of(waiting, further)) {
        assertThat(one.get().statusCode()).as(one.get().body()).isEqualTo(503);
        assertThat(one.get().headers().firstValue("Retry-After")).isPresent();
      }
      assertThat(isCut(lines)).isTrue();
      String answer = "";
      while (!answer.contains("succeeded")) {
        answer = others.first.post(job + "/seal", "").body();
      }
    }
  }

  private static boolean isCut(BufferedReader lines) {
    try {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        assertThat(line).doesNotContain("event: end");
      }
      return false;
    } catch (IOException e) {
      return true;
    }
  }
}
