package dev.manyhands.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.testkit.Containers;
import dev.manyhands.testkit.Wait;
import io.micrometer.core.instrument.MeterRegistry;
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
import tools.jackson.databind.JsonNode;

/// What binds jobs together binds them across nodes.
@ExtendWith(Containers.class)
@Timeout(180)
class AcrossNodesTest {
  @TempDir static Path folder;
  private static TwoNodes nodes;
  private static Api first;
  private static Api second;

  @BeforeAll
  static void start() throws Exception {
    nodes = new TwoNodes(folder);
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

  private static String limited(int count, String limits) {
    StringBuilder inputs = new StringBuilder("300");
    for (int i = 1; i < count; i++) {
      inputs.append(",300");
    }
    return "{\"function\":{\"type\":\"java\",\"name\":\"sleep\"},\"chunkSize\":1,\"inputs\":["
        + inputs
        + "],\"limits\":["
        + limits
        + "]}";
  }

  @Test
  void aLimitIsOneForAllNodes() throws Exception {
    for (Api node : List.of(first, second)) {
      HttpResponse<String> put =
          node.send(
              node.to("/v1/limits/lock-" + node.port())
                  .header("Content-Type", "application/json")
                  .PUT(BodyPublishers.ofString("{\"permits\":1}")));
      assertThat(put.statusCode()).as(put.body()).isEqualTo(201);
    }
    String name = "/v1/limits/lock-" + second.port();
    String lock = "{\"name\":\"lock-" + second.port() + "\"}";
    String holder = first.submit(limited(1, lock).replace("[300]", "[60000]"));
    Wait.untilSeen("it is held", () -> inUse(second, name) == 1);
    List<String> jobs =
        List.of(
            first.submit(limited(3, lock)),
            second.submit(limited(3, lock)),
            lines(second, lock),
            second.submit(limited(2, lock)));
    first.kill(holder);

    long busy = 0;
    while (busy < 4) {
      busy = 0;
      for (String job : jobs) {
        busy += Api.json(second.get(job)).has("endedAt") ? 1 : 0;
      }
      assertThat(inUse(second, name)).isLessThanOrEqualTo(1);
      assertThat(Api.json(first.get(name)).get("name")).isNotNull();
    }
    for (String job : jobs) {
      assertThat(first.ended(job).get("state").stringValue()).isEqualTo("succeeded");
    }
    assertThat(
            nodes.place.ask(
                "SELECT count(DISTINCT owner) FROM jobs WHERE id IN ('"
                    + String.join("','", jobs.stream().map(AcrossNodesTest::id).toList())
                    + "')"))
        .isEqualTo(1);
  }

  @Test
  void aLimitHoldsOnThoughItsHolderLosesItsLease() throws Exception {
    try (TwoNodes others = new TwoNodes(folder.resolve("holder"))) {
      String lock = "{\"name\":\"lock\",\"permits\":1}";
      List<String> jobs =
          List.of(others.first.submit(limited(20, lock)), others.second.submit(limited(20, lock)));
      Wait.untilSeen("a task has ended", () -> succeeded(others, jobs.getFirst()) > 0);

      others.change(
          "UPDATE nodes SET lease_until = clock_timestamp() - INTERVAL '1 second'"
              + " WHERE id = (SELECT node FROM duties)");

      Wait.untilSeen(
          Wait.LIMIT.multipliedBy(2),
          "all have ended",
          () -> {
            assertThat(inUse(others.second, "/v1/limits/lock")).isLessThanOrEqualTo(1);
            return jobs.stream().mapToInt(job -> succeeded(others, job)).sum() == 40;
          });
      String owned =
          "SELECT count(*) FROM jobs JOIN duties ON duties.node = jobs.owner WHERE jobs.id IN ('"
              + String.join("','", jobs.stream().map(AcrossNodesTest::id).toList())
              + "')";
      assertThat(others.place.ask(owned + " AND epoch > 1")).isEqualTo(2);
    }
  }

  private static int succeeded(TwoNodes others, String job) {
    return json(others.second, job).at("/counts/succeeded").intValue(0);
  }

  private static int inUse(Api node, String limit) {
    return json(node, limit).path("inUse").intValue(0);
  }

  private static JsonNode json(Api node, String path) {
    try {
      return Api.json(node.get(path));
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String lines(Api node, String limit) throws Exception {
    HttpResponse<String> answer =
        node.send(
            node.to("/v1/jobs")
                .header("Content-Type", "application/jsonl")
                .POST(
                    BodyPublishers.ofString(
                        "{\"function\":{\"type\":\"java\",\"name\":\"sleep\"},\"chunkSize\":1,"
                            + "\"limits\":["
                            + limit
                            + "]}\n300\n300\n")));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    return "/v1/jobs/" + Api.json(answer).get("id").stringValue();
  }

  @Test
  void aLimitedJobIsAcceptedWaitedForAndRefusedThroughAnyNodeAlike() throws Exception {
    for (Api node : List.of(first, second)) {
      String made = "made-" + node.port();
      HttpResponse<String> values =
          node.post(
              "/v1/jobs?view=values",
              Api.job("square", "[1,2,3]")
                  .replace(
                      "\"inputs\"",
                      "\"limits\":[{\"name\":\"" + made + "\",\"permits\":2}],\"inputs\""),
              "Prefer",
              "wait=20",
              "Idempotency-Key",
              made);
      assertThat(values.body()).isEqualTo("[1,4,9]");
      HttpResponse<String> again =
          node.post(
              "/v1/jobs?view=values",
              Api.job("square", "[1,2,3]")
                  .replace(
                      "\"inputs\"",
                      "\"limits\":[{\"name\":\"" + made + "\",\"permits\":2}],\"inputs\""),
              "Prefer",
              "wait=20",
              "Idempotency-Key",
              made);
      assertThat(again.headers().firstValue("Idempotent-Replayed")).contains("true");
      HttpResponse<String> refused =
          node.post(
              "/v1/jobs",
              limited(1, "{\"name\":\"" + made + "\",\"permits\":3},{\"name\":\"none-such\"}"));
      assertThat(refused.statusCode()).isEqualTo(422);
      assertThat(refused.body()).contains("/limits/0/permits", "/limits/1/name");
    }
    assertThat(nodes.place.ask("SELECT count(*) FROM staged")).isZero();
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

      Wait.untilSeen("both wait where the job is", () -> waiting(others.first) == 2);

      others.change("UPDATE nodes SET lease_until = clock_timestamp() - INTERVAL '1 second'");

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

  private static double waiting(Api node) {
    return node.bean(MeterRegistry.class).get("manyhands.waiting").gauge().value();
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
