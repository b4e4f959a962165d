package dev.manyhands.cluster;

import dev.manyhands.testkit.Cluster;
import dev.manyhands.testkit.LonePostgres;
import dev.manyhands.testkit.LoneRabbit;
import dev.manyhands.testkit.RunningService;
import dev.manyhands.testkit.Services;
import dev.manyhands.testkit.Wait;
import dev.manyhands.testkit.Wire;
import dev.manyhands.testkit.Witness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Two nodes that own jobs, `a` and `b`, and two that run chunks, `c` and `d`, as processes of
/// their own, the broker between them and the database of the owners: each node's ways there can be
/// disturbed.
final class FourNodes implements AutoCloseable {
  /// Workers of each worker node.
  static final int SLOTS = 2;

  /// Long for a machine that does ten other things: who is only slow is not lost, or its chunks
  /// would run again.
  static final Duration LOST_AFTER = Duration.ofSeconds(8);

  /// Long for the same reason: of what the broker gives to a second node, the first has to say in
  /// little more than this time that it has it.
  private static final Duration HEARTBEAT = Duration.ofSeconds(2);

  /// Longer than a node that says nothing takes to be lost.
  static final Duration MISSED = LOST_AFTER.plus(HEARTBEAT.multipliedBy(3));

  private static final Duration PATIENCE = Duration.ofMinutes(4);
  private static final JsonMapper JSON = JsonMapper.shared();

  private final Services services;
  private final LoneRabbit rabbit;
  private final LonePostgres postgres;
  private final Witness witness;
  private final Map<String, RunningService> nodes = new LinkedHashMap<>();
  private final Map<String, Wire> wires = new LinkedHashMap<>();
  private final Map<String, Wire> databaseWires = new LinkedHashMap<>();

  private FourNodes(Services services, LoneRabbit rabbit, LonePostgres postgres, Witness witness) {
    this.services = services;
    this.rabbit = rabbit;
    this.postgres = postgres;
    this.witness = witness;
  }

  /// @param folder an empty one
  /// @param lease of the owners
  static FourNodes start(Services services, Path folder, Duration lease)
      throws IOException, InterruptedException {
    LoneRabbit rabbit = new LoneRabbit();
    rabbit.start();
    LonePostgres postgres = new LonePostgres();
    postgres.start();
    Witness witness = new Witness(Files.createFile(folder.resolve("witness")));
    FourNodes four = new FourNodes(services, rabbit, postgres, witness);
    try {
      four.begin(new Cluster(services, folder, lease));
      return four;
    } catch (IOException | InterruptedException | RuntimeException | AssertionError e) {
      rabbit.close();
      postgres.close();
      throw e;
    }
  }

  private void begin(Cluster cluster) throws IOException, InterruptedException {
    for (String name : List.of("a", "b")) {
      Wire wire = postgres.wire();
      databaseWires.put(name, wire);
      nodes.put(name, cluster.begin(name, postgres.settings(wire), settings(name, "api")));
    }
    for (String name : List.of("c", "d")) {
      nodes.put(name, cluster.begin(name, List.of(), settings(name, "worker")));
    }
    node("a").awaitReady();
    node("b").awaitReady();
    awaitWorkers();
  }

  private String[] settings(String name, String role) throws IOException {
    Wire wire = rabbit.wire();
    wires.put(name, wire);
    List<String> settings = new ArrayList<>(rabbit.settings(wire));
    settings.addAll(
        List.of(
            "--manyhands.roles=" + role,
            "--manyhands.cluster.node=" + name,
            "--manyhands.cluster.heartbeat=" + HEARTBEAT.toMillis() + "ms",
            "--manyhands.cluster.lost-after=" + LOST_AFTER.toMillis() + "ms",
            "--manyhands.postgres.statement-timeout=3s",
            "--manyhands.postgres.socket-timeout=4s",
            "--spring.rabbitmq.requested-heartbeat=2s",
            "--spring.rabbitmq.connection-timeout=2s",
            "--manyhands.pools.processes.kind=processes",
            "--manyhands.pools.processes.workers=" + SLOTS,
            "--manyhands.sandbox.write=" + witness.file()));
    return settings.toArray(String[]::new);
  }

  LoneRabbit rabbit() {
    return rabbit;
  }

  LonePostgres postgres() {
    return postgres;
  }

  Witness witness() {
    return witness;
  }

  Collection<RunningService> all() {
    return nodes.values();
  }

  RunningService node(String name) {
    return Objects.requireNonNull(nodes.get(name));
  }

  Wire wire(String name) {
    return Objects.requireNonNull(wires.get(name));
  }

  /// The way of an owner to the database.
  Wire databaseWire(String owner) {
    return Objects.requireNonNull(databaseWires.get(owner));
  }

  /// `kill -9` of an owner whose lease would be waited for, were it not over at once.
  void killOwner(String name) throws InterruptedException {
    node(name).kill();
    postgres.place().endLeases(name);
  }

  /// Starts a node again that has ended, and returns at once.
  void beginAgain(String name) throws IOException {
    nodes.put(name, services.beginAgain(node(name)));
  }

  /// Starts those again that a failed test has left dead, and returns at once.
  void revive() throws IOException {
    for (String name : List.copyOf(nodes.keySet())) {
      if (!node(name).isAlive()) {
        beginAgain(name);
      }
    }
  }

  /// Both owners know of the workers of both worker nodes.
  void awaitWorkers() {
    Wait.untilSeen(
        PATIENCE, "all workers", () -> workers("a") == 2 * SLOTS && workers("b") == 2 * SLOTS);
  }

  private int workers(String owner) {
    int workers = 0;
    for (JsonNode one : JSON.readTree(get(owner, "/v1/nodes")).path("nodes")) {
      workers += one.path("workers").path("processes").intValue(0);
    }
    return workers;
  }

  Map<String, Integer> lengthsOfLogs() {
    Map<String, Integer> lengths = new LinkedHashMap<>();
    nodes.forEach((name, node) -> lengths.put(name, node.log().length()));
    return lengths;
  }

  /// What each node has printed since its log was so long.
  Map<String, String> logs(Map<String, Integer> lengths) {
    Map<String, String> said = new LinkedHashMap<>();
    lengths.forEach((name, length) -> said.put(name, node(name).log().substring(length)));
    return said;
  }

  /// Messages that an owner has dropped.
  double dropped(String owner, String reason) {
    String name = "manyhands_cluster_dropped_total{reason=\"" + reason + "\"} ";
    return get(owner, "/actuator/prometheus")
        .lines()
        .filter(line -> line.startsWith(name))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length())))
        .sum();
  }

  private String get(String node, String path) {
    try {
      return node(node).get(path).body();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /// All ways are free, and the broker runs.
  void mend() {
    wires.values().forEach(Wire::heal);
    databaseWires.values().forEach(Wire::heal);
    if (!rabbit.isRunning()) {
      rabbit.startAgain();
    }
  }

  /// Ends the nodes while there is a broker to say good-bye to.
  @Override
  public void close() throws IOException {
    nodes.values().forEach(RunningService::askToStop);
    nodes.values().forEach(RunningService::close);
    rabbit.close();
    postgres.close();
  }
}
