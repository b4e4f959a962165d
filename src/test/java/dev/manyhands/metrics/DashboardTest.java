package dev.manyhands.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Dashboard and alert rules ask for metrics that are there.
class DashboardTest {
  private static final Pattern ROW = Pattern.compile("\\| `(manyhands_\\w+)` \\| (\\w+) \\|.*");
  private static final Pattern METRIC =
      Pattern.compile("\\b(?:manyhands|jvm|disk|process|rabbitmq)_\\w+|\\bup\\b");

  /// What Prometheus itself, Spring Boot and RabbitMQ have.
  private static final Set<String> OTHERS =
      Set.of(
          "up",
          "process_start_time_seconds",
          "disk_free_bytes",
          "disk_total_bytes",
          "jvm_memory_used_bytes",
          "jvm_memory_max_bytes",
          "rabbitmq_queue_messages_ready",
          "rabbitmq_queue_messages_unacked");

  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final Path FILES = Path.of("helm/files");

  @Test
  void everyMetricOfTheDashboardExists() throws IOException {
    List<String> asked = new ArrayList<>();
    for (JsonNode panel : dashboard().get("panels")) {
      panel.get("targets").forEach(target -> asked.add(target.get("expr").stringValue()));
    }

    assertThat(asked).isNotEmpty();
    assertThat(metrics(asked)).isSubsetOf(known());
  }

  @Test
  void theDashboardShowsWhatAnOperatorAsks() throws IOException {
    List<String> titles = new ArrayList<>();
    Set<Integer> ids = new HashSet<>();
    for (JsonNode panel : dashboard().get("panels")) {
      titles.add(panel.get("title").stringValue());
      assertThat(ids.add(panel.get("id").intValue())).isTrue();
      assertThat(panel.get("description").stringValue()).isNotBlank();
    }
    assertThat(titles)
        .contains(
            "Nodes",
            "Jobs",
            "Tasks by end",
            "Run time",
            "Wait",
            "Pool use",
            "Worker deaths",
            "Commit time",
            "Queue length");
  }

  @Test
  void everyAlertAsksForMetricsThatExistAndSaysWhatIsWrong() throws IOException {
    Object file = new Yaml().load(Files.readString(FILES.resolve("alerts.yaml")));
    List<String> asked = new ArrayList<>();
    JsonNode tree = MAPPER.valueToTree(file);
    for (JsonNode alert : tree.at("/groups/0/rules")) {
      asked.add(alert.get("expr").stringValue());
      String said = alert.toString();
      assertThat(alert.at("/annotations/summary").stringValue()).as(said).isNotBlank();
      assertThat(alert.at("/annotations/description").stringValue()).as(said).isNotBlank();
      assertThat(alert.at("/labels/severity").stringValue()).as(said).isIn("critical", "warning");
    }

    assertThat(asked).isNotEmpty();
    assertThat(metrics(asked)).isSubsetOf(known());
  }

  private static JsonNode dashboard() throws IOException {
    return MAPPER.readTree(Files.readString(FILES.resolve("dashboard.json")));
  }

  private static Set<String> metrics(List<String> expressions) {
    Set<String> names = new TreeSet<>();
    for (String expression : expressions) {
      Matcher metric = METRIC.matcher(expression.replaceAll("\"[^\"]*\"", ""));
      assertThat(metric.find()).as(expression).isTrue();
      do {
        names.add(metric.group());
      } while (metric.find());
    }
    return names;
  }

  /// Histograms have three families of samples.
  private static Set<String> known() throws IOException {
    Set<String> known = new TreeSet<>(OTHERS);
    for (String line : Files.readAllLines(Path.of("src/docs/metrics.md"))) {
      Matcher row = ROW.matcher(line);
      if (row.matches() && row.group(2).equals("histogram")) {
        known.addAll(
            List.of(row.group(1) + "_bucket", row.group(1) + "_sum", row.group(1) + "_count"));
      } else if (row.matches()) {
        known.add(row.group(1));
      }
    }
    return known;
  }
}
