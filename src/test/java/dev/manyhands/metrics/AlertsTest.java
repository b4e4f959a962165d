package dev.manyhands.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// When the alerts of `helm/files/alerts.yaml` are raised and when not, by made-up series
/// (`src/test/alerts`), which Prometheus' own `promtool` judges where there is one.
class AlertsTest {
  private static final Path RULES = Path.of("helm/files/alerts.yaml");
  private static final Path SERIES = Path.of("src/test/alerts/test.yaml");
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  @TempDir Path folder;

  @Test
  void eachAlertIsRaisedBySomeSeriesAndNotByOthers() throws IOException {
    Set<String> alerts = new TreeSet<>();
    read(RULES).at("/groups/0/rules").forEach(rule -> alerts.add(rule.get("alert").stringValue()));
    Set<String> raised = new TreeSet<>();
    Set<String> quiet = new TreeSet<>();
    for (JsonNode series : read(SERIES).get("tests")) {
      for (JsonNode expected : series.get("alert_rule_test")) {
        (expected.has("exp_alerts") ? raised : quiet).add(expected.get("alertname").stringValue());
      }
    }

    assertThat(raised).isEqualTo(alerts);
    assertThat(quiet).isEqualTo(alerts);
  }

  private static JsonNode read(Path file) throws IOException {
    return MAPPER.valueToTree(new Yaml().<Object>load(Files.readString(file)));
  }

  @Test
  void prometheusRaisesThemWhenItShould() throws Exception {
    boolean isThere =
        Pattern.compile(File.pathSeparator)
            .splitAsStream(System.getenv().getOrDefault("PATH", ""))
            .anyMatch(place -> Files.isExecutable(Path.of(place, "promtool")));
    if (!isThere) {
      System.err.println(
          "LEFT OUT, since there is no promtool: what Prometheus says of the alerts");
    }
    assumeTrue(isThere, "no promtool");

    promtool("check", "rules", RULES.toString());
    promtool("test", "rules", SERIES.toString());
  }

  private void promtool(String... arguments) throws Exception {
    Path printed = folder.resolve("printed.txt");
    ProcessBuilder promtool = new ProcessBuilder("promtool");
    promtool.command().addAll(List.of(arguments));
    Process process = promtool.redirectErrorStream(true).redirectOutput(printed.toFile()).start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(printed, UTF_8)).isZero();
  }
}
