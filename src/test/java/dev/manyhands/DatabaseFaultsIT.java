package dev.manyhands;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.history.History;
import dev.manyhands.history.HistoryClient;
import dev.manyhands.history.StoredResults;
import dev.manyhands.history.Told;
import dev.manyhands.testkit.Cluster;
import dev.manyhands.testkit.Containers;
import dev.manyhands.testkit.LonePostgres;
import dev.manyhands.testkit.PostgresPlace;
import dev.manyhands.testkit.RunningService;
import dev.manyhands.testkit.Services;
import dev.manyhands.testkit.Wait;
import dev.manyhands.testkit.Wire;
import dev.manyhands.testkit.Witness;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// What happens to the database that nodes share, or between it and one of them, costs no result.
@ExtendWith(Containers.class)
@Timeout(1800)
class DatabaseFaultsIT {
  private static final int TASKS = 8_000;
  private static final Duration PATIENCE = Duration.ofMinutes(8);
  private static final int ROUNDS = 3;
  private static final String LOST = " is lost, since";

  @RegisterExtension final Services services = new Services();

  @TempDir Path folder;

  private final LonePostgres server = new LonePostgres();
  private final List<Wire> wires = new ArrayList<>();
  private final List<RunningService> nodes = new ArrayList<>();
  private @Nullable Witness testimony;
  private @Nullable HistoryClient historian;
  private int sent;

  /// The job in whose midst the fault comes, what was stored of all jobs by then, and how many
  /// leases had been lost.
  private String work = "";

  private Map<String, Integer> recorded = Map.of();
  private long lost;

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  private HistoryClient client() {
    return Objects.requireNonNull(historian);
  }

  @Test
  void aServerThatIsRestartedPausedFullOrHalfUnreachableCostsNothing() throws Exception {
    server.start();
    Witness witness = new Witness(Files.createFile(folder.resolve("witness")));
    HistoryClient client = new HistoryClient(new History(folder.resolve("history")), witness);
    testimony = witness;
    historian = client;
    Cluster cluster = new Cluster(services, folder, Cluster.LEASE);
    for (String name : List.of("a", "b")) {
      Wire wire = server.wire();
      wires.add(wire);
      nodes.add(
          cluster.begin(
              name,
              server.settings(wire),
              "--manyhands.postgres.connections=3",
              "--manyhands.postgres.connect-timeout=5s",
              "--manyhands.postgres.statement-timeout=2s",
              "--manyhands.postgres.socket-timeout=3s",
              "--manyhands.sandbox.write=" + witness.file(),
              // So that a fault comes in the middle of a job on a machine of many cores too.
              "--manyhands.pools.processes.kind=processes",
              "--manyhands.pools.processes.workers=2"));
    }
    for (RunningService node : nodes) {
      node.awaitReady();
    }
    client.use(nodes.getFirst());

    strikes("the server is restarted");
    server.restart();
    goesOn("restart");
    endsWell("restart", 1);

    strikes("the server stands still for three leases");
    server.pause();
    passes(Cluster.LEASE.multipliedBy(3));
    assertThat(nodes.getFirst().get("/actuator/health").body())
        .contains("\"status\":\"DOWN\"", "this node has no jobs now");
    server.resume();
    goesOn("pause");
    endsWell("pause", 1);

    strikes("the server has no connection left");
    List<Connection> taken = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      // The nodes and the test race for what is free.
      wires.forEach(Wire::cut);
      taken.addAll(takeAll());
      assertThat(submit()).isIn(Told.OK, Told.FAIL);
    }
    assertThat(taken).hasSizeGreaterThan(20);
    for (Connection connection : taken) {
      connection.close();
    }
    goesOn("lack of connections");
    endsWell("lack of connections", ROUNDS);

    strikes("one node does not hear the server");
    wires.getFirst().holdAnswers();
    client.use(nodes.getLast());
    Wait.untilSeen("it has lost its jobs", () -> lost() > lost);
    endsWell("partition", 1);
    goesOn("partition");
    wires.getFirst().heal();

    client.use(nodes.getFirst());
    goesOn("heal");
    strikes("the server does not hear one node");
    wires.getFirst().holdQuestions();
    client.use(nodes.getLast());
    Wait.untilSeen("it has lost its jobs", () -> lost() > lost);
    endsWell("partition the other way", 1);
    goesOn("partition the other way");
    wires.getFirst().heal();

    client.submitAgain();
    client.awaitEnd(PATIENCE);
    client.use(nodes.getFirst());
    client.judge();
  }

  /// A fault comes in the middle of a job.
  private void strikes(String fault) throws Exception {
    work = "work-" + sent++;
    HistoryClient client = client();
    assertThat(client.submit(work, TASKS, client.python(), Map.of())).isEqualTo(Told.OK);
    client.awaitDone(work, 100, PATIENCE);
    assertThat(client.see(work)).as("before " + fault).hasSizeLessThan(TASKS);
    PostgresPlace place = server.place();
    recorded = StoredResults.count(server.url(), place.user(), place.password());
    lost = lost();
  }

  /// The job has ended. What was not stored when the fault came may have run again, once a fault,
  /// if it cost a lease; nothing else may.
  private void endsWell(String fault, int faults) throws Exception {
    client().awaitDone(work, TASKS, PATIENCE);
    long losses = lost() - lost;
    // Of one fault each node may lose its lease, and the job be taken over twice.
    long most = Math.max(faults, losses);
    if (losses == 0) {
      client().struckRunning(fault, 0);
    } else {
      for (int i = 0; i < most; i++) {
        client().struck(fault, recorded);
      }
    }
    Map<Integer, Long> starts =
        Objects.requireNonNull(testimony).starts().stream()
            .filter(start -> start.key().equals(work))
            .collect(Collectors.groupingBy(Witness.Start::index, Collectors.counting()));
    System.out.printf(
        "DatabaseFaultsIT: a %s cost %d leases and ran %d tasks again%n",
        fault, losses, starts.values().stream().mapToLong(count -> count - 1).sum());
    assertThat(starts.values()).as(fault).allMatch(count -> count <= 1 + most);
  }

  /// How many leases were lost so far.
  private long lost() {
    return nodes.stream()
        .flatMap(node -> node.log().lines())
        .filter(line -> line.contains(LOST))
        .count();
  }

  /// Something was submitted and taken: how long that took is said.
  private void goesOn(String fault) throws Exception {
    long since = System.nanoTime();
    while (submit() != Told.OK) {
      assertThat(System.nanoTime() - since).isLessThan(Duration.ofSeconds(80).toNanos());
    }
    System.out.printf(
        "DatabaseFaultsIT: after a %s taken again in %d ms%n",
        fault, Duration.ofNanos(System.nanoTime() - since).toMillis());
  }

  private Told submit() throws Exception {
    HistoryClient client = client();
    return client.submit("job-" + sent++, 20, client.python(), Map.of());
  }

  private static void passes(Duration time) {
    long until = System.nanoTime() + time.toNanos();
    Wait.untilSeen(time + " have passed", () -> System.nanoTime() > until);
  }

  private List<Connection> takeAll() {
    List<Connection> taken = new ArrayList<>();
    PostgresPlace place = server.place();
    String url = server.url();
    try {
      while (true) {
        taken.add(DriverManager.getConnection(url, place.user(), place.password()));
      }
    } catch (SQLException full) {
      return taken;
    }
  }
}
