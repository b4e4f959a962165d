package dev.manyhands.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.testkit.Containers;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// `docker-compose.yml` as the README has it: the image is built, the cluster is up with one
/// command, one curl gets the squares, and a worker node that is killed while they are computed
/// costs nothing.
@ExtendWith(Containers.class)
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class ComposeIT {
  /// Of each worker there is, as many tasks as keep it for longer than a kill takes on a machine
  /// that does ten other things.
  private static final int TASKS_A_WORKER = 300;

  private static final String SLOW_SQUARES =
      "{\"function\": {\"type\": \"python\", \"name\": \"square\", \"source\": \"import time\\ndef"
          + " square(n):\\n    time.sleep(0.05)\\n    return n * n\"}, \"inputs\": %s}";

  private static final String LIMITED =
      "{\"function\": {\"type\": \"java\", \"name\": \"square\"}, \"inputs\": [1], \"limits\":"
          + " [{\"name\": \"db\", \"permits\": 4}]}";

  /// Ends every Python process of the container but itself, as a machine that is out of memory
  /// would.
  private static final String KILL_WORKERS =
      """
      import os, signal
      killed = 0
      for pid in filter(str.isdigit, os.listdir("/proc")):
          try:
              name = open(f"/proc/{pid}/comm").read().strip()
              if name.startswith("python") and int(pid) != os.getpid():
                  os.kill(int(pid), signal.SIGKILL)
                  killed += 1
          except (FileNotFoundError, ProcessLookupError):
              pass
      print("killed", killed)
      """;

  private static final String REACHED =
      """
      import socket
      for host, port in [("rabbitmq", 5672), ("postgres", 5432), ("api", 8080), ("192.0.2.1", 80)]:
          try:
              socket.create_connection((host, port), 3).close()
              print(host)
          except OSError:
              pass
      """;

  /// The JVM goes on without a cache that does not fit its flags, and says nothing.
  private static final String MAPPED =
      """
      import glob
      for maps in glob.glob("/proc/[0-9]*/maps"):
          try:
              if open(maps.replace("maps", "comm")).read().strip() == "java":
                  print(any("/opt/manyhands/manyhands.aot" in line for line in open(maps)))
          except OSError:
              pass
      """;

  private static @Nullable ComposedCluster up;

  @TempDir static Path folder;

  @BeforeAll
  @Timeout(value = 30, unit = TimeUnit.MINUTES) // it builds the image
  static void up() throws Exception {
    ComposedCluster started = new ComposedCluster(folder, "api", "worker", "worker2", "prometheus");
    up = started;
    awaitAnswers(started);
  }

  /// As curl alone would wait.
  private static void awaitAnswers(ComposedCluster cluster) throws Exception {
    cluster.curl(
        "--retry", "180", "--retry-delay", "1", "--retry-all-errors", "/actuator/health/readiness");
  }

  @AfterAll
  @Timeout(value = 20, unit = TimeUnit.MINUTES)
  static void down() throws Exception {
    if (up != null) {
      up.down();
    }
  }

  private static ComposedCluster cluster() {
    if (up == null) {
      throw new AssertionError("it is not up");
    }
    return up;
  }

  @Test
  void oneCurlGetsTheSquaresAndAKilledWorkerNodeCostsNothing() throws Exception {
    assertThat(cluster().post("?view=values", SLOW_SQUARES.formatted("[1, 2, 3, 4, 5]"), "wait=60"))
        .isEqualTo("[1,4,9,16,25]");
    workerNodes(2);

    String one = cluster().container("worker");
    Squares job = begun();
    cluster().run("docker", "kill", one);
    assertThat(succeeded(ComposedCluster.json(cluster().curl(job.path())))).isLessThan(job.tasks());
    assertThat(cluster().python("worker2", KILL_WORKERS)).containsPattern("killed [1-9]");

    endsWithAllSquares(job);

    workerNodes(1);
    cluster().compose("up", "-d", "--no-build", "worker");
    workerNodes(2);
  }

  /// What lasts is in the volumes of the file.
  @Test
  void aJobGoesOnWhenAllOfItIsTakenDownAndBroughtUpAgain() throws Exception {
    Squares job = begun();
    // As down does, but for the networks, and with it go the volumes that have no name.
    cluster().compose("rm", "-f", "-s", "-v");
    cluster().up();
    awaitAnswers(cluster());

    endsWithAllSquares(job);
    workerNodes(2);
  }

  /// A job of slow squares.
  private record Squares(String path, int tasks) {}

  /// One that runs: some of its squares are there.
  private static Squares begun() throws Exception {
    int workers = 0;
    for (JsonNode node : ComposedCluster.json(cluster().curl("/v1/nodes")).get("nodes")) {
      workers += node.at("/workers/processes").intValue(0);
    }
    int tasks = Math.max(1, workers) * TASKS_A_WORKER;
    String inputs = IntStream.range(0, tasks).boxed().toList().toString();
    String posted = cluster().post("", SLOW_SQUARES.formatted(inputs), "wait=0");
    String job = "/v1/jobs/" + ComposedCluster.json(posted).get("id").stringValue();
    JsonNode begun = cluster().await(job, "some have ended", now -> succeeded(now) > 0);
    assertThat(succeeded(begun)).isLessThan(tasks);
    return new Squares(job, tasks);
  }

  private static void endsWithAllSquares(Squares job) throws Exception {
    JsonNode ended =
        cluster()
            .await(
                job.path(),
                "it has ended",
                now -> !now.get("state").stringValue().equals("running"));
    assertThat(ended.get("state").stringValue()).isEqualTo("succeeded");
    String squares = IntStream.range(0, job.tasks()).map(n -> n * n).boxed().toList().toString();
    assertThat(cluster().curl(job.path() + "/results?view=values"))
        .isEqualTo(squares.replace(" ", ""));
  }

  private static int succeeded(JsonNode job) {
    return job.at("/counts/succeeded").intValue();
  }

  /// Waits until so many nodes that only work are known.
  private static void workerNodes(int wanted) throws Exception {
    cluster()
        .await(
            "/v1/nodes",
            wanted + " worker nodes",
            now ->
                wanted
                    == now.get("nodes")
                        .valueStream()
                        .filter(node -> node.get("roles").toString().equals("[\"worker\"]"))
                        .count());
  }

  /// Grafana asks what this asks, and draws the answers.
  @Test
  void prometheusWatchesAllOfItAndTheDashboardShowsAKilledWorker() throws Exception {
    Watch watch = new Watch(cluster());
    watch.untilUp("api:8080", "rabbitmq:15692", "worker2:8080", "worker:8080");
    cluster().post("", LIMITED, "wait=60");
    assertThat(cluster().refused("/v1/jobs/none")).isEqualTo("404");
    Squares job = begun();
    assertThat(cluster().python("worker2", KILL_WORKERS)).containsPattern("killed [1-9]");
    endsWithAllSquares(job);

    Map<String, List<String>> panels = Watch.panels();
    assertThat(panels).hasSizeGreaterThan(15);
    for (List<String> asked : panels.values()) {
      for (String expression : asked) {
        watch.untilKnown(expression);
      }
    }
    for (String expression : Watch.panel("Worker deaths")) {
      watch.untilMore(expression, 0);
    }
    // A rate is seen only of what ends after its meter was seen.
    cluster().post("", SLOW_SQUARES.formatted("[1, 2, 3]"), "wait=60");
    watch.untilMore(Watch.panel("Tasks by end").getFirst(), 0);
    watch.untilMore(Watch.panel("Nodes").getLast(), 1);
    assertThat(watch.rules()).containsExactlyElementsOf(Watch.alerts());
  }

  @Test
  void aWorkerNodeIsHealthyAndReachesTheBrokerOnly() throws Exception {
    cluster().awaitHealthy("worker2");

    assertThat(cluster().python("worker2", REACHED)).isEqualToIgnoringNewLines("rabbitmq");
    assertThat(cluster().run("docker", "port", cluster().container("worker2"))).isBlank();
  }

  @Test
  void theServiceIsHeardOnThisMachineOnlyAndHasNoRights() throws Exception {
    assertThat(cluster().run("docker", "port", cluster().container("api")))
        .startsWith("8080/tcp -> 127.0.0.1:")
        .hasLineCount(1);
    String look = "id -u; touch /opt/manyhands/x 2>&1; grep CapEff /proc/1/status";
    for (String node : List.of("api", "worker2")) {
      assertThat(cluster().compose("exec", "-T", node, "sh", "-c", look))
          .contains("10001")
          .contains("Read-only file system")
          .contains("0000000000000000");
      assertThat(cluster().python(node, MAPPED)).isEqualToIgnoringNewLines("True");
    }
    assertThat(cluster().curl("/v1/info"))
        .contains("\"level\":\"hardened\"")
        .doesNotContain("\"open\"");
  }
}
