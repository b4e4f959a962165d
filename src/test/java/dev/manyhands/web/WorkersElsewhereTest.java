package dev.manyhands.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.manyhands.pool.Pools;
import dev.manyhands.pool.WallsTrial;
import dev.manyhands.testkit.Containers;
import dev.manyhands.testkit.RabbitPlace;
import dev.manyhands.testkit.Wait;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// A node that owns jobs and a node that only runs chunks, with a real broker between them.
@ExtendWith(Containers.class)
@Timeout(180)
class WorkersElsewhereTest {
  /// A pool that one test's node serves.
  private static final String EXTRA = "--manyhands.pools.extra.kind=virtual";

  /// Tasks of a job that would keep everybody else waiting for more than a minute, in one chunk.
  private static final int GIANT = 4000;

  @TempDir static Path folder;
  private static RabbitPlace place;
  private static Api owner;
  private static Api worker;

  @BeforeAll
  static void start() throws Exception {
    place = RabbitPlace.fresh();
    owner = node("owner", "api", EXTRA);
    worker = node("worker", "worker");
    Wait.untilSeen(
        "workers of the other node",
        () -> owner.bean(Pools.class).get("solo").orElseThrow().size() > 0);
  }

  private static Api node(String name, String role, String... more) throws Exception {
    List<String> settings = new ArrayList<>(place.settings());
    settings.add("--manyhands.roles=" + role);
    settings.add("--manyhands.cluster.node=" + name);
    settings.add("--manyhands.cluster.heartbeat=200ms");
    settings.add("--manyhands.cluster.lost-after=10s");
    settings.add("--manyhands.processes.max-value=64MB");
    settings.addAll(List.of(more));
    return Api.on(Files.createDirectories(folder.resolve(name)), settings.toArray(String[]::new));
  }

  @AfterAll
  static void stop() throws Exception {
    worker.close();
    owner.close();
  }

  @Test
  void squaresAreTakenByTheOneAndRunByTheOther() throws Exception {
    String job = owner.run("square", IntStream.range(0, 5000).boxed().toList().toString());

    assertThat(owner.ended(job).get("state").stringValue()).isEqualTo("succeeded");
    assertThat(owner.get(job + "/results?view=values").body())
        .isEqualTo(
            IntStream.range(0, 5000)
                .mapToObj(n -> "" + n * n)
                .toList()
                .toString()
                .replace(" ", ""));
    assertThat(Api.json(owner.get(job + "/tasks/4999")).get("worker").stringValue())
        .contains("@worker-");
  }

  /// It need not be on a machine that has what the walls are made of.
  @Test
  void onlyWhoRunsTasksTriesTheirWalls() throws Exception {
    assertThat(worker.bean(WallsTrial.class).walls().each()).isNotEmpty();
    assertThat(Api.json(owner.get("/v1/info")).get("sandbox").get("walls").isEmpty()).isTrue();
  }

  private static boolean isBusy() {
    return worker.bean(Pools.class).all().stream().anyMatch(pool -> pool.busy() > 0);
  }

  @Test
  void bothAreListed() throws Exception {
    // Those of other tests may be on their way out.
    Wait.untilSeen("both and no others", () -> nodes().size() == 2);

    JsonNode nodes = nodes();
    assertThat(nodes.get(0).get("roles").toString()).isEqualTo("[\"api\"]");
    assertThat(nodes.get(1).get("roles").toString()).isEqualTo("[\"worker\"]");
    assertThat(nodes.get(1).get("workers").get("solo").intValue()).isEqualTo(1);
  }

  private static JsonNode nodes() {
    try {
      return Api.json(owner.get("/v1/nodes")).get("nodes");
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aKilledTaskEndsOnTheOtherNode() throws Exception {
    String job = owner.block();
    Wait.untilSeen("a task that runs there", WorkersElsewhereTest::isBusy);
    owner.kill(job);

    assertThat(owner.ended(job).get("counts").get("cancelled").intValue()).isEqualTo(1);
  }

  @Test
  void aDeletedQueueIsMadeAgainAndWhatItHeldIsRun() throws Exception {
    String held = owner.block();
    Wait.untilSeen("a task that runs there", WorkersElsewhereTest::isBusy);
    place.queue("delete_queue", "manyhands.pool.solo");
    owner.kill(held);
    String next = Api.job("square", "[7]").replace("\"inputs\"", "\"pool\":\"solo\",\"inputs\"");

    JsonNode ended = owner.ended(owner.submit(next));

    assertThat(ended.get("state").stringValue()).isEqualTo("succeeded");
  }

  @Test
  void aWorkerAloneHasNoStoreAndServesNoJobs() throws Exception {
    assertThat(folder.resolve("worker")).isDirectoryNotContaining("glob:**.db");
    assertThat(worker.get("/v1/jobs").statusCode()).isEqualTo(404);
    assertThat(worker.get("/actuator/health").statusCode()).isEqualTo(200);
  }

  @Test
  void aValueThatNoMessageHoldsTravelsInPieces() throws Exception {
    String function =
        "{\"type\":\"python\",\"source\":\"def f(n): return 'x' * n\",\"name\":\"f\"}";
    String job = owner.submit("{\"function\":" + function + ",\"inputs\":[20000000,1,17000000]}");

    assertThat(owner.ended(job).get("state").stringValue()).isEqualTo("succeeded");
    assertThat(owner.get(job + "/tasks/0/value").body()).hasSize(20_000_002);
    assertThat(owner.get(job + "/tasks/2/value").body()).hasSize(17_000_002);
  }

  @Test
  void manyInputsOfAMegabyteTravel() throws Exception {
    String input = "\"" + "x".repeat(1 << 20) + "\"";
    String function = "{\"type\":\"python\",\"source\":\"def f(s): return len(s)\",\"name\":\"f\"}";
    String body =
        "{\"function\":"
            + function
            + ",\"chunkSize\":64,\"inputs\":["
            + String.join(",", Collections.nCopies(12, input))
            + "]}";

    assertThat(owner.ended(owner.submit(body)).get("counts").get("succeeded").intValue())
        .isEqualTo(12);
  }

  @Test
  void ofAChunkThatNoMessageHoldsEveryTaskRuns() throws Exception {
    try (Api small = node("small", "api", "--manyhands.cluster.max-message=64KB")) {
      Wait.untilSeen(
          "workers", () -> small.bean(Pools.class).get("processes").orElseThrow().size() > 0);
      String function =
          "{\"type\":\"python\",\"source\":\"def f(s): return len(s)\",\"name\":\"f\"}";
      String inputs = String.join(",", Collections.nCopies(20, "\"" + "x".repeat(20_000) + "\""));
      String body =
          "{\"function\":" + function + ",\"chunkSize\":64,\"inputs\":[" + inputs + ",\"%s\"]}";
      String job = small.submit(body.formatted("y".repeat(70_000)));

      assertThat(small.ended(job).get("counts").get("succeeded").intValue()).isEqualTo(21);
      assertThat(small.get(job + "/tasks/20/value").body()).isEqualTo("70000");
      String larger = function.replace("def", "#" + "z".repeat(70_000) + "\\ndef");
      String failed = small.submit("{\"function\":" + larger + ",\"inputs\":[\"x\"]}");
      assertThat(small.ended(failed).get("counts").get("failed").intValue()).isEqualTo(1);
      assertThat(small.get(failed + "/tasks/0").body()).contains("manyhands.cluster.max-message");
    }
  }

  @Test
  void anInputOfEightMegabytesTravelsInPieces() throws Exception {
    String function =
        "{\"type\":\"python\",\"source\":\"def f(s): return [len(s), s[-1]]\",\"name\":\"f\"}";
    String large = "x".repeat((8 << 20) - 3) + "y";
    String half = "x".repeat(4 << 20) + "z";
    String inputs = "[\"small\",\"" + large + "\",\"" + half + "\",\"small\"]";
    String job = owner.submit("{\"function\":" + function + ",\"inputs\":" + inputs + "}");

    assertThat(owner.ended(job).get("state").stringValue()).isEqualTo("succeeded");
    assertThat(owner.get(job + "/results?view=values").body())
        .isEqualTo("[[5,\"l\"],[8388606,\"y\"],[4194305,\"z\"],[5,\"l\"]]");
  }

  @Test
  void aLongChunkMakesWayForASingleTask() throws Exception {
    String giant = inSolo(Api.job("sleep", Collections.nCopies(GIANT, 20).toString()));
    String job = owner.submit(giant.replace("\"inputs\"", "\"chunkSize\":4000,\"inputs\""));
    Wait.untilSeen("a task that runs there", WorkersElsewhereTest::isBusy);
    String single = owner.submit(inSolo(Api.job("square", "[7]")));

    assertThat(owner.ended(single).get("state").stringValue()).isEqualTo("succeeded");
    assertThat(done(job)).isLessThan(GIANT / 2);
    owner.kill(job);
  }

  @Test
  void aNodeThatStopsLetsItsTaskEnd() throws Exception {
    Api leaving = node("leaving", "worker", EXTRA);
    String body = Api.job("sleep", "[1500]").replace("\"inputs\"", "\"pool\":\"extra\",\"inputs\"");
    String job = owner.submit(body);
    Wait.untilSeen(
        "a task that runs there",
        () -> leaving.bean(Pools.class).get("extra").orElseThrow().busy() > 0);
    leaving.close();

    assertThat(owner.ended(job).get("state").stringValue()).isEqualTo("succeeded");
    JsonNode task = Api.json(owner.get(job + "/tasks/0"));
    assertThat(task.get("worker").stringValue()).contains("@leaving-");
    assertThat(task.get("attempt").intValue()).isEqualTo(1);
  }

  @Test
  void aGiantJobOfOneOwnerLetsASingleTaskOfAnotherIn() throws Exception {
    try (Api other = node("other", "api")) {
      String giant = Api.job("sleep", Collections.nCopies(GIANT, 100).toString());
      String job = owner.submit(inSolo(giant));
      Wait.untilSeen("workers", () -> other.bean(Pools.class).get("solo").orElseThrow().size() > 0);
      int before = done(job);
      String single = other.submit(inSolo(Api.job("square", "[7]")));

      assertThat(other.ended(single).get("state").stringValue()).isEqualTo("succeeded");
      assertThat(done(job) - before).isLessThan(GIANT / 20);
      owner.kill(job);
    }
  }

  /// Its owner knows nothing of the one that waits.
  @Test
  void aLongChunkOfOneOwnerMakesWayForASingleTaskOfAnother() throws Exception {
    try (Api other = node("other", "api")) {
      Wait.untilSeen("workers", () -> other.bean(Pools.class).get("solo").orElseThrow().size() > 0);
      String giant = inSolo(Api.job("sleep", Collections.nCopies(GIANT, 20).toString()));
      String job = owner.submit(giant.replace("\"inputs\"", "\"chunkSize\":4000,\"inputs\""));
      Wait.untilSeen("a task that runs there", WorkersElsewhereTest::isBusy);
      String single = other.submit(inSolo(Api.job("square", "[7]")));

      assertThat(other.ended(single).get("state").stringValue()).isEqualTo("succeeded");
      assertThat(done(job)).isLessThan(GIANT / 2);
      int before = done(job);
      Wait.untilSeen("what it made way with goes on", () -> done(job) > before);
      owner.kill(job);
    }
  }

  @Test
  void smallJobsOfTwoOwnersRunBetweenTheGiantsOfBoth() throws Exception {
    try (Api other = node("other", "api")) {
      Wait.untilSeen("workers", () -> other.bean(Pools.class).get("solo").orElseThrow().size() > 0);
      String giant = inSolo(Api.job("sleep", Collections.nCopies(3000, 10).toString()));
      String one = owner.submit(giant);
      String two = other.submit(giant);
      Wait.untilSeen("both run", () -> done(owner, one) > 20 && done(other, two) > 20);

      int sinceOne = done(owner, one);
      int sinceTwo = done(other, two);
      for (int round = 0; round < 3; round++) {
        for (Api node : List.of(owner, other)) {
          node.ended(node.submit(inSolo(Api.job("square", "[7]"))));
        }
      }
      assertThat(done(owner, one) - sinceOne + done(other, two) - sinceTwo)
          .as("tasks before six small jobs")
          .isLessThan(6 * 300);

      // From when both run: one of them may have begun long before the other.
      Wait.untilSeen(
          "both go on",
          () -> done(owner, one) - sinceOne > 100 && done(other, two) - sinceTwo > 100);
      int ofOne = done(owner, one) - sinceOne;
      int ofTwo = done(other, two) - sinceTwo;
      // More runs between the two looks.
      assertThat(Math.min(ofOne, ofTwo) * 4 + 300).isGreaterThan(Math.max(ofOne, ofTwo));
      owner.kill(one);
      other.kill(two);
    }
  }

  private static String inSolo(String job) {
    return job.replace("\"inputs\"", "\"pool\":\"solo\",\"inputs\"");
  }

  private static int done(String job) {
    return done(owner, job);
  }

  private static int done(Api node, String job) {
    try {
      return Api.json(node.get(job)).get("counts").get("succeeded").intValue();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aWorkerNodeTellsOfItsOwnPools() throws Exception {
    assertThat(worker.get("/actuator/prometheus").body())
        .contains("manyhands_pool_workers{pool=\"solo\"} 1.0")
        .contains("manyhands_worker_starts_total{pool=\"processes\"}")
        .contains("manyhands_cluster_dropped_total{reason=\"malformed\"}")
        .doesNotContain("manyhands_pool_waiting");
  }

  @Test
  void oneRoleWithoutOthersIsRefused() {
    assertThatThrownBy(() -> Api.on(folder, "--manyhands.roles=worker").close())
        .hasMessageContaining("manyhands.roles");
  }
}
