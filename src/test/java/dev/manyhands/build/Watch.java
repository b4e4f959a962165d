package dev.manyhands.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What the Prometheus of `docker-compose.yml` knows of the cluster that it watches, and what the
/// dashboard and the alert rules ask it.
final class Watch {
  private static final Path FILES = Path.of("helm/files");

  private final ComposedCluster cluster;

  Watch(ComposedCluster cluster) {
    this.cluster = cluster;
  }

  /// What each panel asks, as Grafana would for the last five minutes and all namespaces.
  static Map<String, List<String>> panels() throws IOException {
    Map<String, List<String>> panels = new LinkedHashMap<>();
    JsonNode dashboard = ComposedCluster.json(Files.readString(FILES.resolve("dashboard.json")));
    for (JsonNode panel : dashboard.get("panels")) {
      List<String> asked = new ArrayList<>();
      for (JsonNode target : panel.get("targets")) {
        String expression = target.get("expr").stringValue();
        asked.add(expression.replace("$__rate_interval", "5m").replace("$namespace", ".*"));
      }
      panels.put(panel.get("title").stringValue(), asked);
    }
    return panels;
  }

  static List<String> panel(String title) throws IOException {
    return Objects.requireNonNull(panels().get(title), title);
  }

  /// The names of the rules in the file.
  static List<String> alerts() throws IOException {
    Object file = new Yaml().load(Files.readString(FILES.resolve("alerts.yaml")));
    JsonNode rules = JsonMapper.builder().build().valueToTree(file).at("/groups/0/rules");
    return rules.valueStream().map(rule -> rule.get("alert").stringValue()).toList();
  }

  /// Waits until it has scraped each target, by its address, and no others are known.
  void untilUp(String... targets) throws Exception {
    cluster.awaitHealthy("prometheus");
    ComposedCluster.await(
        () -> cluster.prometheus("/api/v1/targets"),
        "all targets are up",
        data -> {
          Set<String> up = new TreeSet<>();
          for (JsonNode target : data.get("activeTargets")) {
            if (target.get("health").stringValue().equals("up")) {
              up.add(target.at("/labels/instance").stringValue());
            }
          }
          return up.equals(Set.of(targets));
        });
  }

  /// Waits until an expression has an answer.
  void untilKnown(String expression) throws Exception {
    until(expression, "known", result -> !result.isEmpty());
  }

  /// Waits until one of its series is more than that.
  void untilMore(String expression, double than) throws Exception {
    until(
        expression,
        "more than " + than,
        result -> result.valueStream().anyMatch(series -> value(series) > than));
  }

  private static double value(JsonNode series) {
    return Double.parseDouble(series.get("value").get(1).stringValue());
  }

  private void until(String expression, String what, Predicate<JsonNode> wanted) throws Exception {
    ComposedCluster.await(
        () -> cluster.prometheus("/api/v1/query", "--data-urlencode", "query=" + expression),
        expression + " is " + what,
        data -> wanted.test(data.get("result")));
  }

  /// The names of the rules that it looks at, each of which it could.
  List<String> rules() throws Exception {
    List<String> names = new ArrayList<>();
    JsonNode groups =
        ComposedCluster.await(
            () -> cluster.prometheus("/api/v1/rules"),
            "all rules were looked at",
            data -> data.findValuesAsString("health").stream().noneMatch("unknown"::equals));
    for (JsonNode rule : groups.at("/groups/0/rules")) {
      assertThat(rule.get("health").stringValue()).as(rule.toString()).isEqualTo("ok");
      names.add(rule.get("name").stringValue());
    }
    return names;
  }
}
