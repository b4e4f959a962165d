package dev.manyhands.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.build.Chart.Rendered;
import dev.manyhands.testkit.Containers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/// The pods of the chart, as far as they can be tried without a Kubernetes: containers that are
/// what the manifests say, beside a PostgreSQL and a RabbitMQ, get ready and are a cluster.
@ExtendWith(Containers.class)
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class ChartIT {
  private static final Pattern JOB = Pattern.compile("-d '(\\{.*\\})'");

  private static final String READ =
      """
      import os
      def read(path):
          try:
              return open(path).read()
          except PermissionError:
              return "not permitted"
      """;

  private static final List<ChartPod> pods = new ArrayList<>();

  @TempDir static Path folder;

  private static @Nullable ComposedCluster up;

  @BeforeAll
  @Timeout(value = 30, unit = TimeUnit.MINUTES) // it builds the image
  static void install() throws Exception {
    up = new ComposedCluster(folder, "postgres", "rabbitmq");
    ComposedCluster around = around();
    around.awaitHealthy("postgres");
    around.awaitHealthy("rabbitmq");
    start("api", "bridge", around.network("owners"), around.network("store"));
    start("worker", around.network("workers"));
    for (ChartPod pod : pods) {
      pod.await("startupProbe");
      pod.await("readinessProbe");
      pod.await("livenessProbe");
    }
  }

  private static ChartPod start(String role, String... networks) throws Exception {
    ComposedCluster around = around();
    String image = ComposedCluster.IMAGE;
    int colon = image.indexOf(':');
    String values =
        "image: {repository: %s, tag: %s}"
            .formatted(image.substring(0, colon), image.substring(colon + 1));
    Rendered made = new Chart(folder).render(Chart.NEEDED, values);
    Map<String, String> secrets =
        Map.of(
            // As kubectl takes it from a file, line's end and all.
            "manyhands-key/admin.key", around.key() + "\n",
            "manyhands-database/password", around.variable("POSTGRES_PASSWORD"),
            "manyhands-broker/password", around.variable("RABBITMQ_PASSWORD"));
    ChartPod pod = new ChartPod(around, made, role, secrets, networks);
    pods.add(pod);
    return pod;
  }

  private static ComposedCluster around() {
    if (up == null) {
      throw new AssertionError("it is not up");
    }
    return up;
  }

  @AfterAll
  @Timeout(value = 20, unit = TimeUnit.MINUTES)
  static void remove() throws Exception {
    for (ChartPod pod : pods) {
      pod.remove();
    }
    if (up != null) {
      up.down();
    }
  }

  @Test
  void theJobOfTheNotesRunsOnThem() throws Exception {
    Matcher job = JOB.matcher(new Chart(folder).notes(Chart.NEEDED));
    assertThat(job.find()).isTrue();

    assertThat(post(job.group(1))).isEqualTo("[1,4,9,16,25]");
  }

  @Test
  void tasksReadNeitherSettingsNorSecrets() throws Exception {
    List<String> files =
        List.of(
            "/etc/manyhands/application.yaml",
            "/run/manyhands/admin.key",
            "/run/manyhands/spring.rabbitmq.password");
    JsonMapper json = JsonMapper.builder().build();
    // They are there, for the service.
    for (String file : files) {
      assertThat(pods.get(1).exec("cat", file)).isNotBlank();
    }

    String answer =
        post(
            json.writeValueAsString(
                Map.of(
                    "function",
                    Map.of("type", "python", "name", "read", "source", READ),
                    "inputs",
                    files)));

    assertThat(answer).isEqualTo("[\"not permitted\",\"not permitted\",\"not permitted\"]");
  }

  /// 143 is the end by SIGTERM, 137 that by force.
  @Test
  void podsStopWithinTheTimeThatTheyAreGiven() throws Exception {
    ChartPod worker = start("worker", around().network("workers"));
    worker.await("readinessProbe");
    assertThat(worker.stop()).isEqualTo(143);
  }

  private static String post(String job) throws Exception {
    ComposedCluster around = around();
    return around.run(
        "curl",
        "-sS",
        "--fail-with-body",
        "-H",
        "Authorization: Bearer " + around.key(),
        "-H",
        "Content-Type: application/json",
        "-H",
        "Prefer: wait=60",
        "-d",
        job,
        pods.getFirst().url() + "/v1/jobs?view=values");
  }
}
