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
      Pattern.compile("\\b(?:manyhands|jvm|disk|process|http|rabbitmq)_\\w+|\\bup\\b");

  /// What Prometheus itself, Spring Boot and RabbitMQ have.
  private static final Set<String> OTHERS =
      Set.of(
          "up",
          "process_start_time_seconds",
          "disk_free_bytes",
          "disk_total_bytes",
          "jvm_memory_used_bytes",
          "jvm_memory_max_bytes",
          "jvm_gc_live_data_size_bytes",
          "jvm_gc_max_data_size_bytes",
          "http_server_requests_seconds_count",
          "rabbitmq_queue_messages_ready",
          "rabbitmq_queue_messages_unacked",
          "rabbitmq_global_messages_dead_lettered_confirmed_total");

  /// Those that are named in the text, since not every node has them.
  private static final Pattern NAMED = Pattern.compile("`(manyhands_\\w+)`");

  /// An api node of a cluster has the workers of all nodes.
  private static final Pattern ADDED_UP =
      Pattern.compile(
          "(?:sum|count|avg) *(?:by \\([^)]*\\))? *"
              + "\\(manyhands_pool_(?:workers|degraded)(?!\\{role!=\"api\"[,}])");

  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final Path FILES = Path.of("helm/files");

  @Test
  void everyMetricOfTheDashboardExists() throws IOException {
    List<String> asked = shown();

    assertThat(asked).isNotEmpty();
    assertThat(metrics(asked)).isSubsetOf(known());
  }

  private static List<String> shown() throws IOException {
    List<String> shown = new ArrayList<>();
    for (JsonNode panel : dashboard().get("panels")) {
      panel.get("targets").forEach(target -> shown.add(target.get("expr").stringValue()));
    }
    return shown;
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
            "Queue length",
            "Workers",
            "Leases",
            "Messages that were dropped",
            "Answers that are no success");
  }

  /// One Prometheus may watch several clusters; where nothing is in a namespace, all of it is
  /// shown.
  @Test
  void theDashboardShowsOneNamespaceOrAll() throws IOException {
    JsonNode choice = dashboard().at("/templating/list/1");
    assertThat(choice.get("name").stringValue()).isEqualTo("namespace");
    assertThat(choice.at("/current/value").stringValue()).isEqualTo("$__all");
    assertThat("").matches(choice.get("allValue").stringValue());
    for (String expression : shown()) {
      for (String part : expression.split("(?=manyhands_(?!\\.)|jvm_|http_server|\\bup\\{)", -1)) {
        if (METRIC.matcher(part).lookingAt() && !part.startsWith("rabbitmq")) {
          assertThat(part).as(expression).contains("namespace=~\"$namespace\"}");
        }
      }
    }
  }

  @Test
  void thereIsAnAlertForWhatAnOperatorMustKnow() throws IOException {
    List<String> names = new ArrayList<>();
    alerts().forEach(alert -> names.add(alert.get("alert").stringValue().replace("Manyhands", "")));

    assertThat(names)
        .doesNotHaveDuplicates()
        .contains(
            "Down",
            "Gone",
            "PoolDegraded",
            "BrokerUnreachable",
            "LeaseLost",
            "Unsynced",
            "MessagesDropped",
            "DeadLetters",
            "TasksWait",
            "WorkersDie",
            "Refuses",
            "CommitsSlow",
            "DiskFull");
  }

  @Test
  void workersThatApiNodesShareAreNotAddedUp() throws IOException {
    List<String> asked = new ArrayList<>(shown());
    alerts().forEach(alert -> asked.add(alert.get("expr").stringValue()));

    assertThat(asked)
        .anyMatch(expression -> expression.contains("manyhands_pool_workers{role=\"api\""))
        .noneMatch(expression -> ADDED_UP.matcher(expression).find());
  }

  @Test
  void everyAlertAsksForMetricsThatExistAndSaysWhatIsWrong() throws IOException {
    List<String> asked = new ArrayList<>();
    for (JsonNode alert : alerts()) {
      asked.add(alert.get("expr").stringValue());
      String said = alert.toString();
      assertThat(alert.at("/annotations/summary").stringValue()).as(said).isNotBlank();
      assertThat(alert.at("/annotations/description").stringValue()).as(said).isNotBlank();
      assertThat(alert.at("/labels/severity").stringValue()).as(said).isIn("critical", "warning");
    }

    assertThat(asked).isNotEmpty();
    assertThat(metrics(asked)).isSubsetOf(known());
  }

  private static JsonNode alerts() throws IOException {
    Object file = new Yaml().load(Files.readString(FILES.resolve("alerts.yaml")));
    return MAPPER.valueToTree(file).at("/groups/0/rules");
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
      } else {
        NAMED.matcher(line).results().forEach(named -> known.add(named.group(1)));
      }
    }
    return known;
  }
}
