package dev.manyhands.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.manyhands.build.Chart.Node;
import dev.manyhands.build.Chart.Rendered;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the number of worker nodes follows, as the chart tells KEDA.
class ChartScalingTest {
  private static final String RABBITMQ = "worker: {keda: {enabled: true, trigger: rabbitmq}}";
  private static final String PROMETHEUS =
      "worker: {keda: {enabled: true, prometheus: {serverAddress: 'http://prometheus:9090'%s}}}";

  @TempDir Path folder;
  private Chart chart;

  @BeforeEach
  void open() {
    chart = new Chart(folder);
  }

  private List<Node> triggers(String values) throws IOException {
    Rendered made = chart.render(Chart.NEEDED, values);
    new ChartRules(made).hold();
    return made.of("ScaledObject/it-manyhands-worker").at("spec", "triggers").each();
  }

  @Test
  void nodesFollowWhatIsOutAndWhatWaitsForAWorker() throws IOException {
    List<Node> triggers = triggers(PROMETHEUS.formatted(""));

    String which = "{namespace=\"place\",job=\"it-manyhands\",pool=~\"processes|threads\"}";
    assertThat(triggers).hasSize(1);
    assertThat(triggers.getFirst().value())
        .isEqualTo(
            Map.of(
                "type",
                "prometheus",
                "metadata",
                Map.of(
                    "serverAddress",
                    "http://prometheus:9090",
                    "query",
                    "sum(manyhands_pool_busy%s) + sum(manyhands_pool_waiting%s)"
                        .formatted(which, which),
                    "threshold",
                    "4",
                    "ignoreNullValues",
                    "false")));
  }

  @Test
  void anotherQuestionMayBeAsked() throws IOException {
    Node trigger =
        triggers(PROMETHEUS.formatted(", query: 'sum(x)', tasksPerNode: 50, authentication: mine"))
            .getFirst();

    assertThat(trigger.at("metadata", "query").text()).isEqualTo("sum(x)");
    assertThat(trigger.at("metadata", "threshold").text()).isEqualTo("50");
    assertThat(trigger.at("authenticationRef", "name").text()).isEqualTo("mine");
  }

  @Test
  void byQueuesTheChunksInWorkersHandsCountToo() throws IOException {
    List<Node> triggers = triggers(RABBITMQ);

    assertThat(triggers.stream().map(trigger -> trigger.at("metadata", "queueName").text()))
        .containsExactly("manyhands.pool.processes", "manyhands.pool.threads");
    for (Node trigger : triggers) {
      assertThat(trigger.at("type").text()).isEqualTo("rabbitmq");
      assertThat(trigger.at("metadata", "protocol").text()).isEqualTo("http");
      assertThat(trigger.at("metadata", "host").text()).isEqualTo("http://rabbitmq:15672");
      assertThat(trigger.at("metadata", "vhostName").text()).isEqualTo("/");
      assertThat(trigger.at("metadata", "mode").text()).isEqualTo("QueueLength");
      assertThat(trigger.at("metadata", "value").text()).isEqualTo("1.5");
      assertThat(trigger.at("authenticationRef", "name").text()).isEqualTo("it-manyhands-broker");
    }
  }

  @Test
  void whatCouldNeverScaleIsRefused() {
    assertThatThrownBy(() -> triggers("worker: {keda: {enabled: true}}"))
        .hasMessageContaining("worker.keda.prometheus.serverAddress: expected");
    assertThatThrownBy(
            () -> triggers("worker: {keda: {enabled: true, trigger: rabbitmq, minReplicas: 0}}"))
        .hasMessageContaining("worker.keda.minReplicas: expected 1 or more");
  }
}
