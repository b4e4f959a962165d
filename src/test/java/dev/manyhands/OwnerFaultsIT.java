package dev.manyhands;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.history.History;
import dev.manyhands.history.HistoryClient;
import dev.manyhands.history.StoredResults;
import dev.manyhands.history.Told;
import dev.manyhands.testkit.Cluster;
import dev.manyhands.testkit.Containers;
import dev.manyhands.testkit.PostgresPlace;
import dev.manyhands.testkit.RunningService;
import dev.manyhands.testkit.Services;
import dev.manyhands.testkit.Wait;
import dev.manyhands.testkit.Witness;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What happens to nodes that own jobs costs no result, and no client more than to ask again.
@ExtendWith(Containers.class)
@Timeout(900)
class OwnerFaultsIT {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int TASKS = 12_000;
  private static final Duration PATIENCE = Duration.ofMinutes(4);

  /// More than the workers of a node have in hand when it stops.
  private static final int IN_HAND = 1_000;

  @RegisterExtension final Services services = new Services();

  @TempDir Path folder;

  private final PostgresPlace place = PostgresPlace.fresh();
  private final List<RunningService> nodes = new ArrayList<>();
  private Witness witness;
  private HistoryClient client;

  @BeforeEach
  void start() throws Exception {
    witness = new Witness(Files.createFile(folder.resolve("witness")));
    client = new HistoryClient(new History(folder.resolve("history")), witness);
    Cluster cluster = new Cluster(services, folder, Cluster.LEASE);
    for (String name : List.of("a", "b", "c")) {
      nodes.add(
          cluster.begin(
              name,
              place.settings(),
              "--manyhands.sandbox.write=" + witness.file(),
              // So that a fault comes in the middle of a job on a machine of many cores too.
              "--manyhands.pools.processes.kind=processes",
              "--manyhands.pools.processes.workers=2"));
    }
    for (RunningService node : nodes) {
      node.awaitReady();
    }
  }

  @Test
  void anOwnerThatIsKilledAndOneThatStandsStillForThreeLeasesCostNothing() throws Exception {
    RunningService killed = nodes.removeFirst();
    client.use(killed);
    assertThat(client.submit("job", TASKS, client.python(), Map.of())).isEqualTo(Told.OK);
    client.use(nodes.getFirst());
    client.awaitDone("job", TASKS / 10, PATIENCE);

    killed.kill();
    long struck = System.nanoTime();
    client.struck("kill -9", recorded());
    say("kill", awaitTold(nodes.getFirst(), struck));
    client.see("job");

    RunningService frozen = owner();
    nodes.remove(frozen);
    client.use(nodes.getFirst());
    client.awaitDone("job", TASKS / 4, PATIENCE);
    frozen.freeze();
    struck = System.nanoTime();
    Set<Long> its = frozen.workers().stream().map(ProcessHandle::pid).collect(Collectors.toSet());
    int stored = recorded().getOrDefault("job", 0);
    List<Witness.Start> before = witness.starts();
    client.struckRunning("stands still", 0);
    say("standstill", awaitTold(nodes.getFirst(), struck));
    Map<Integer, String> seen = client.see("job");
    assertThat(seen).hasSizeLessThan(TASKS);
    long threeLeases = struck + 3 * Cluster.LEASE.toNanos();
    Wait.untilSeen("three leases have passed", () -> System.nanoTime() > threeLeases);
    frozen.thaw();
    Wait.untilSeen("it knows that it lost them", () -> frozen.log().contains(" is lost, since"));
    // Its workers stood still only when they had no more of what it had given them.
    long started =
        Stream.concat(
                before.stream(),
                witness.starts().stream().filter(start -> its.contains(start.pid())))
            .map(Witness.Start::index)
            .distinct()
            .count();
    client.struckRunning("what it could not store", (int) started - stored);

    client.awaitEnd(PATIENCE);
    HttpResponse<String> woken = frozen.get("/v1/jobs/" + client.id("job"));
    assertThat(woken.statusCode()).as(woken.body()).isEqualTo(200);
    client.judge();
  }

  private Map<String, Integer> recorded() throws Exception {
    return StoredResults.count(place.url(), place.user(), place.password());
  }

  /// How long nobody could tell how the job stands; all the while it was said when to ask again.
  private Duration awaitTold(RunningService node, long since) throws Exception {
    while (true) {
      HttpResponse<String> answer = node.get("/v1/jobs/" + client.id("job"));
      if (answer.statusCode() == 200) {
        Duration took = Duration.ofNanos(System.nanoTime() - since);
        assertThat(took).isLessThan(PATIENCE);
        return took;
      }
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
      assertThat(answer.headers().firstValue("Retry-After")).isPresent();
    }
  }

  private static void say(String fault, Duration took) {
    System.out.printf("OwnerFaultsIT: after a %s told again in %d ms%n", fault, took.toMillis());
  }

  /// The node that runs the only job.
  private RunningService owner() throws Exception {
    JsonNode all = JSON.readTree(nodes.getFirst().get("/v1/nodes").body()).get("nodes");
    for (JsonNode one : all) {
      for (RunningService node : nodes) {
        if (one.path("unfinishedJobs").intValue() > 0
            && node.url().equals(one.path("url").stringValue())) {
          return node;
        }
      }
    }
    throw new AssertionError("nobody has the job: " + all);
  }

  @Test
  void nodesAreRestartedInTurnWhileJobsComeIn() throws Exception {
    Random random = new Random(7);
    int job = 0;
    for (int turn = 0; turn < nodes.size(); turn++) {
      RunningService leaving = nodes.get(turn);
      client.use(leaving);
      assertThat(client.submit("left-" + turn, 2_000, client.python(), Map.of()))
          .isEqualTo(Told.OK);
      CompletableFuture<Void> stopped =
          CompletableFuture.runAsync(() -> stop(leaving), Thread.ofPlatform()::start);
      client.struckRunning("a node stops", IN_HAND);
      while (!stopped.isDone()) {
        RunningService other = nodes.get((turn + 1 + random.nextInt(2)) % nodes.size());
        client.use(other);
        assertThat(client.submit("job-" + job++, 1 + random.nextInt(50), client.python(), Map.of()))
            .isIn(Told.OK, Told.FAIL);
        client.seeAll();
      }
      stopped.join();
      nodes.set(turn, services.restart(leaving));
    }
    client.use(nodes.getFirst());
    client.submitAgain();
    client.awaitEnd(PATIENCE);
    assertThat(job).isPositive();
    client.judge();
  }

  private static void stop(RunningService node) {
    try {
      node.stop();
    } catch (InterruptedException e) {
      throw new CompletionException(e);
    }
  }
}
