package dev.manyhands.build;

import static org.assertj.core.api.Assertions.assertThat;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.TemplateCommand;
import dev.manyhands.build.Chart.Node;
import dev.manyhands.build.Chart.Rendered;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.json.JsonMapper;

/// An installation of the chart as the README has it, and what an operator is told or would be
/// surprised by.
class ChartInstallationTest {
  private static final Pattern INSTALL =
      Pattern.compile("\nhelm install manyhands helm((?:.*\\\\\n)*.*)\n");
  private static final Pattern SET = Pattern.compile("--set '?([\\w.]+)=([^' ]+)'?");
  private static final Pattern SECRET =
      Pattern.compile("kubectl create secret generic (\\S+) --from-(file|literal)=(\\S+)");

  @TempDir Path folder;
  private Chart chart;

  @BeforeEach
  void open() {
    chart = new Chart(folder);
  }

  @Test
  void theReadmesCommandsMakeWhatPodsAskFor() throws IOException {
    String readme = Files.readString(Path.of("README.md"));
    Matcher install = INSTALL.matcher(readme);
    assertThat(install.find()).isTrue();
    TemplateCommand template = new Helm(Chart.FOLDER).template().withName("manyhands");
    for (MatchResult value : SET.matcher(install.group(1)).results().toList()) {
      String said = value.group(2);
      if (said.startsWith("{")) {
        String list = said.replace('{', '[').replace('}', ']');
        String values = value.group(1).replace(".", ": {") + ": " + list + "}";
        template.withValuesFile(Files.writeString(folder.resolve("list.yaml"), values));
      } else {
        template.set(value.group(1), said);
      }
    }

    Rendered made = Chart.read(template.call());

    Set<String> asked = new TreeSet<>();
    for (String role : List.of("api", "worker")) {
      Node pod = made.of("Deployment/manyhands-" + role).at("spec", "template", "spec");
      asked.addAll(secrets(pod));
      // A bare name would be looked for in the registry of whoever runs the cluster.
      assertThat(pod.at("containers", 0, "image").text()).matches("[a-z.]+/manyhands:[a-z]\\w*");
    }
    List<String> given = new ArrayList<>();
    for (MatchResult secret : SECRET.matcher(readme).results().toList()) {
      String said = secret.group(3);
      String item =
          secret.group(2).equals("file")
              ? Path.of(said).getFileName().toString()
              : said.substring(0, said.indexOf('='));
      given.add(secret.group(1) + "/" + item);
    }
    assertThat(given).containsExactlyInAnyOrderElementsOf(asked);
  }

  /// Each secret with the item that is a file in the pod.
  private static Set<String> secrets(Node pod) {
    Set<String> secrets = new TreeSet<>();
    for (Node volume : pod.at("volumes").each()) {
      if (volume.at("name").text().equals("secrets")) {
        for (Node source : volume.at("projected", "sources").each()) {
          secrets.add(
              source.at("secret", "name").text()
                  + "/"
                  + source.at("secret", "items", 0, "key").text());
        }
      }
    }
    return secrets;
  }

  /// The alert rules know their targets by it.
  @Test
  void howeverLongTheReleasesNameItsNodesAreKnownByTheChartsName() throws IOException {
    String longest = "a-release-whose-name-is-as-long-as-helm-lets-it-be-12";
    assertThat(longest).hasSize(53);
    TemplateCommand template = new Helm(Chart.FOLDER).template().withName(longest);
    template.withValuesFile(
        Files.writeString(
            folder.resolve("values.yaml"), Chart.NEEDED + "dashboard: {enabled: true}"));

    Rendered made = Chart.read(template.call());

    for (String name : made.names()) {
      assertThat(name).contains("manyhands");
      assertThat(name.substring(name.indexOf('/') + 1).length()).isLessThan(64);
    }
  }

  @Test
  void anApiNodeServesUntilNobodyIsSentToIt() throws IOException {
    Rendered made = chart.render(Chart.NEEDED);

    Node api = container(made, "api");
    assertThat(api.at("lifecycle", "preStop", "exec", "command").value())
        .isEqualTo(List.of("sleep", "5"));
    // Nobody is sent to a worker node, whose time to stop is for what it has in hand.
    assertThat(container(made, "worker").has("lifecycle")).isFalse();
  }

  /// Else it would be the processors of whatever machine it is on, and its memory is not.
  @Test
  void howManyWorkersANodeHasIsSaidByTheChart() throws IOException {
    Rendered made =
        chart.render(Chart.NEEDED, "worker: {keda: {enabled: true, trigger: rabbitmq}}");

    double workers =
        Double.parseDouble(container(made, "worker").at("resources", "limits", "cpu").text());
    double chunks =
        Double.parseDouble(
            made.of("ScaledObject/it-manyhands-worker")
                .at("spec", "triggers", 0, "metadata", "value")
                .text());
    assertThat(chunks).isLessThan(workers).isGreaterThan(workers / 2);
  }

  private static Node container(Rendered made, String role) {
    return made.of("Deployment/it-manyhands-" + role)
        .at("spec", "template", "spec", "containers", 0);
  }

  @Test
  void theNotesSayWhatIsOpen() throws IOException {
    String peers = "networkPolicy: {brokerPeers: [{podSelector: {}}]}";
    String keda = "worker: {keda: {enabled: true, prometheus: {serverAddress: 'http://p'}}}";

    assertThat(chart.notes(Chart.NEEDED)).contains("brokerPeers is empty").contains("port 5672");
    assertThat(chart.notes(Chart.NEEDED, peers)).doesNotContain("brokerPeers", "NetworkPolicy");
    assertThat(chart.notes(Chart.NEEDED, "networkPolicy: {enabled: false}"))
        .contains("no NetworkPolicy");
    assertThat(chart.notes(Chart.NEEDED, keda)).contains("serviceMonitor is off");
    assertThat(
            chart.notes(
                Chart.NEEDED, keda, "serviceMonitor: {enabled: true, labels: {release: prom}}"))
        .doesNotContain("serviceMonitor");
  }

  /// Of a name that is said twice a reader takes one, and which is its own affair.
  @Test
  void theSchemaSaysNothingTwice() throws IOException {
    JsonMapper strict =
        JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

    assertThat(
            strict
                .readTree(Files.readString(Chart.FOLDER.resolve("values.schema.json")))
                .at("/properties/api/properties/terminationGracePeriodSeconds/minimum")
                .intValue())
        .isEqualTo(36);
  }
}
