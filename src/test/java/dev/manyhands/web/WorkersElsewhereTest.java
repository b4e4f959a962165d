package dev.manyhands.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.pool.Pools;
import dev.manyhands.testkit.Containers;
import dev.manyhands.testkit.RabbitPlace;
import dev.manyhands.testkit.Wait;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
@Timeout(120)
class WorkersElsewhereTest {
  @TempDir static Path folder;
  private static RabbitPlace place;
  private static Api owner;
  private static Api worker;

  @BeforeAll
  static void start() throws Exception {
    place = RabbitPlace.fresh();
    owner = node("owner", "api");
    worker = node("worker", "worker");
    Wait.untilSeen(
        "workers of the other node", () -> owner.bean(Pools.class).all().getFirst().size() > 0);
  }

  private static Api node(String name, String role) throws Exception {
    List<String> settings = new ArrayList<>(place.settings());
    settings.add("--manyhands.roles=" + role);
    settings.add("--manyhands.cluster.node=" + name);
    settings.add("--manyhands.cluster.heartbeat=200ms");
    settings.add("--manyhands.cluster.lost-after=2s");
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

  private static boolean isBusy() {
    return worker.bean(Pools.class).all().stream().anyMatch(pool -> pool.busy() > 0);
  }

  @Test
  void bothAreListed() throws Exception {
    JsonNode nodes = Api.json(owner.get("/v1/nodes")).get("nodes");

    assertThat(nodes.size()).isEqualTo(2);
    assertThat(nodes.get(0).get("roles").toString()).isEqualTo("[\"api\"]");
    assertThat(nodes.get(1).get("roles").toString()).isEqualTo("[\"worker\"]");
    assertThat(nodes.get(1).get("workers").get("solo").intValue()).isEqualTo(1);
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
}
