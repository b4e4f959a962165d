package dev.manyhands.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import dev.manyhands.build.Chart.Node;
import dev.manyhands.build.Chart.Rendered;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.util.FileSystemUtils;
import org.yaml.snakeyaml.Yaml;

/// The chart, rendered by Helm: what it makes for every choice of its optional parts, and what it
/// refuses.
class ChartTest {
  /// Each optional part: the values that switch it on, and what it then adds.
  private static final List<Part> PARTS =
      List.of(
          new Part("ingress: {enabled: true, host: a.example}", "Ingress/it-manyhands"),
          new Part(
              "serviceMonitor: {enabled: true}",
              "ServiceMonitor/it-manyhands",
              "PodMonitor/it-manyhands-worker"),
          new Part("alerts: {enabled: true}", "PrometheusRule/it-manyhands"),
          new Part("dashboard: {enabled: true}", "ConfigMap/it-manyhands-dashboard"),
          new Part(
              "networkPolicy: {enabled: true}",
              "NetworkPolicy/it-manyhands-api",
              "NetworkPolicy/it-manyhands-worker"),
          new Part(
              "api: {podDisruptionBudget: {enabled: true}}",
              "PodDisruptionBudget/it-manyhands-api"),
          new Part(
              "worker: {podDisruptionBudget: {enabled: true}}",
              "PodDisruptionBudget/it-manyhands-worker"));

  private static final Part HPA =
      new Part(
          "worker: {autoscaling: {enabled: true}}", "HorizontalPodAutoscaler/it-manyhands-worker");
  private static final Part KEDA =
      new Part(
          "worker: {keda: {enabled: true, trigger: rabbitmq}}",
          "ScaledObject/it-manyhands-worker",
          "TriggerAuthentication/it-manyhands-broker");
  private static final Part FIXED = new Part("worker: {replicas: 3}");

  private record Part(String on, List<String> adds) {
    Part(String on, String... adds) {
      this(on, List.of(adds));
    }

    String off() {
      return on.replace("enabled: true", "enabled: false");
    }
  }

  @TempDir Path folder;
  private Chart chart;

  @BeforeEach
  void open() {
    chart = new Chart(folder);
  }

  @Test
  void lintFindsNothing() throws IOException {
    Path copy = folder.resolve("chart");
    FileSystemUtils.copyRecursively(Chart.FOLDER, copy);
    Map<String, Object> values = new Yaml().load(Files.readString(copy.resolve("values.yaml")));
    merge(values, new Yaml().load(Chart.NEEDED));
    Files.writeString(copy.resolve("values.yaml"), new Yaml().dump(values));

    LintResult lint = new Helm(copy).lint().strict().call();

    assertThat(lint.isFailed()).as(lint.getMessages().toString()).isFalse();
  }

  @SuppressWarnings("unchecked")
  private static void merge(Map<String, Object> into, Map<String, Object> from) {
    from.forEach((key, value) -> {
      if (value instanceof Map && into.get(key) instanceof Map) {
        merge((Map<String, Object>) into.get(key), (Map<String, Object>) value);
      } else {
        into.put(key, value);
      }
    });
  }

  @Test
  void everyChoiceOfTheOptionalPartsMakesWhatItSaysAndNoMore() throws IOException {
    for (Part scaling : List.of(FIXED, HPA, KEDA)) {
      for (int choice = 0; choice < 1 << PARTS.size(); choice++) {
        Set<String> expected =
            new TreeSet<>(
                Set.of(
                    "ConfigMap/it-manyhands-api",
                    "ConfigMap/it-manyhands-worker",
                    "Deployment/it-manyhands-api",
                    "Deployment/it-manyhands-worker",
                    "Service/it-manyhands"));
        List<String> values = new ArrayList<>(List.of(Chart.NEEDED, scaling.on()));
        expected.addAll(scaling.adds());
        for (int i = 0; i < PARTS.size(); i++) {
          Part part = PARTS.get(i);
          boolean on = (choice >> i & 1) == 1;
          values.add(on ? part.on() : part.off());
          if (on) {
            expected.addAll(part.adds());
          }
        }

        Rendered made = chart.render(values.toArray(String[]::new));

        assertThat(made.names()).as(values.toString()).isEqualTo(expected);
        new ChartRules(made).hold();
        assertThat(made.of("Deployment/it-manyhands-worker").at("spec").has("replicas"))
            .as(values.toString())
            .isEqualTo(scaling.equals(FIXED));
      }
    }
  }

  @Test
  void theSettingsOfEachRoleAreTheServicesOwn() throws IOException {
    Rendered made = chart.render(Chart.NEEDED);

    Node api = settings(made, "api");
    assertThat(api.at("manyhands", "roles").text()).isEqualTo("api");
    assertThat(api.at("manyhands", "functions", "allowed").value())
        .isEqualTo(List.of("java", "python"));
    assertThat(api.at("manyhands", "security", "key-file").text())
        .isEqualTo("/run/manyhands/admin.key");
    assertThat(api.at("spring", "datasource", "url").text())
        .isEqualTo("jdbc:postgresql://postgres:5432/manyhands");
    assertThat(api.at("spring", "rabbitmq", "host").text()).isEqualTo("rabbitmq");
    Node worker = settings(made, "worker");
    assertThat(worker.at("manyhands", "roles").text()).isEqualTo("worker");
    assertThat(worker.at("spring").has("datasource")).isFalse();
    assertThat(
            settings(
                    chart.render(Chart.NEEDED, "settings: {manyhands: {sandbox: {network: true}}}"),
                    "worker")
                .at("manyhands", "sandbox", "network")
                .value())
        .isEqualTo(true);
  }

  private static Node settings(Rendered made, String role) {
    Node map = made.of("ConfigMap/it-manyhands-" + role);
    return new Node(new Yaml().load(map.at("data", "application.yaml").text()));
  }

  @Test
  void aWorkerHasTheTimeOfItsPodAndTasksAShareOfItsRoom() throws IOException {
    Node asItComes = settings(chart.render(Chart.NEEDED), "worker").at("manyhands");
    assertThat(asItComes.at("cluster", "grace").text()).isEqualTo("40s");
    assertThat(asItComes.at("processes", "limits").value())
        .isEqualTo(Map.of("memory", "500MB", "file-size", "2GB"));

    Node other =
        settings(
                chart.render(
                    Chart.NEEDED,
                    "worker: {terminationGracePeriodSeconds: 7200, taskLimits: {memory: '', fileSize: ''}}"),
                "worker")
            .at("manyhands");
    assertThat(other.at("cluster", "grace").text()).isEqualTo("3600s");
    assertThat(other.has("processes")).isFalse();
    Node own =
        settings(
                chart.render(
                    Chart.NEEDED,
                    "settings: {manyhands: {cluster: {grace: 5s}, processes: {limits: {memory: 1GB}}}}"),
                "worker")
            .at("manyhands");
    assertThat(own.at("cluster", "grace").text()).isEqualTo("5s");
    assertThat(own.at("processes", "limits").value())
        .isEqualTo(Map.of("memory", "1GB", "file-size", "2GB"));
    assertThat(settings(chart.render(Chart.NEEDED), "api").at("manyhands").has("processes"))
        .isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "jdbc:postgresql://postgres/manyhands, 5432",
    "jdbc:postgresql://pg.example:6432/manyhands?sslmode=require, 6432",
    "jdbc:postgresql://[fd00::17]:6433/manyhands, 6433",
    "jdbc:postgresql://[fd00::17]/manyhands, 5432",
  })
  void theDatabaseIsReachedAtThePortOfItsUrl(String url, int port) throws IOException {
    Rendered made = chart.render(Chart.NEEDED, "database: {url: '" + url + "'}");

    assertThat(ports(made.of("NetworkPolicy/it-manyhands-api").at("spec")))
        .containsExactly(53, 53, 5672, 8080, port);
  }

  @Test
  void secretsAreFilesAndAWorkerHasNoneOfTheDatabase() throws IOException {
    Rendered made = chart.render(Chart.NEEDED);

    assertThat(secrets(made, "api"))
        .containsExactly("manyhands-key", "manyhands-broker", "manyhands-database");
    assertThat(secrets(made, "worker")).containsExactly("manyhands-key", "manyhands-broker");
    assertThat(chart.text(Chart.NEEDED)).doesNotContain("secretKeyRef", "kind: Secret");
  }

  private static List<String> secrets(Rendered made, String role) {
    for (Node volume :
        made.of("Deployment/it-manyhands-" + role)
            .at("spec", "template", "spec", "volumes")
            .each()) {
      if (volume.at("name").text().equals("secrets")) {
        return volume.at("projected", "sources").each().stream()
            .map(source -> source.at("secret", "name").text())
            .toList();
      }
    }
    throw new AssertionError("no secrets");
  }

  @Test
  void aWorkerReachesNamesAndTheBrokerOnlyAndIsReachedByNobody() throws IOException {
    Rendered made =
        chart.render(
            Chart.NEEDED,
            "networkPolicy: {brokerPeers: [{podSelector: {matchLabels: {app: mq}}}]}");

    Node worker = made.of("NetworkPolicy/it-manyhands-worker").at("spec");
    assertThat(worker.at("policyTypes").value()).isEqualTo(List.of("Ingress", "Egress"));
    assertThat(worker.at("ingress").each()).isEmpty();
    assertThat(ports(worker)).containsExactly(53, 53, 5672);
    assertThat(worker.at("egress", 1, "to", 0, "podSelector", "matchLabels", "app").text())
        .isEqualTo("mq");
    assertThat(ports(made.of("NetworkPolicy/it-manyhands-api").at("spec")))
        .containsExactly(53, 53, 5672, 8080, 5432);
  }

  private static List<Object> ports(Node policy) {
    List<Object> ports = new ArrayList<>();
    policy
        .at("egress")
        .each()
        .forEach(
            rule -> rule.at("ports").each().forEach(port -> ports.add(port.at("port").value())));
    return ports;
  }

  @Test
  void behindAnIngressTheServiceKnowsItsOwnAddress() throws IOException {
    String on = "ingress: {enabled: true, host: a.example, tlsSecret: tls, className: nginx}";
    Rendered made = chart.render(Chart.NEEDED, on);

    Node ingress = made.of("Ingress/it-manyhands").at("spec");
    assertThat(ingress.at("tls", 0, "secretName").text()).isEqualTo("tls");
    assertThat(ingress.at("rules", 0, "host").text()).isEqualTo("a.example");
    assertThat(settings(made, "api").at("server", "forward-headers-strategy").text())
        .isEqualTo("native");
  }

  @Test
  void alertsAndDashboardAreTheFilesThemselves() throws IOException {
    Rendered made =
        chart.render(Chart.NEEDED, "alerts: {enabled: true}", "dashboard: {enabled: true}");

    Object alerts = new Yaml().load(Files.readString(Chart.FOLDER.resolve("files/alerts.yaml")));
    assertThat(made.of("PrometheusRule/it-manyhands").at("spec").value()).isEqualTo(alerts);
    assertThat(
            made.of("ConfigMap/it-manyhands-dashboard").at("data", "manyhands.json").text().strip())
        .isEqualTo(Files.readString(Chart.FOLDER.resolve("files/dashboard.json")).strip());
  }

  @Test
  void otherSettingsAreOtherPods() throws IOException {
    assertThat(checksum("")).isEqualTo(checksum("")).isNotEqualTo(checksum("broker: {port: 5673}"));
  }

  private Object checksum(String more) throws IOException {
    return chart
        .render(Chart.NEEDED, more)
        .of("Deployment/it-manyhands-worker")
        .at("spec", "template", "metadata", "annotations", "checksum/settings")
        .value();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "functions: {allowed: []} | allowed",
        "functions: {allowed: [shell]} | allowed",
        "key: {existingSecret: ''} | existingSecret",
        "database: {url: 'jdbc:mysql://x/y'} | url",
        "broker: {host: ''} | host",
        "broker: {port: 0} | port",
        "api: {replicas: 0} | replicas",
        "worker: {replicas: many} | replicas",
        "worker: {autoscaling: {targetCpuPercent: 0}} | targetCpuPercent",
        "worker: {keda: {pools: []}} | pools",
        "worker: {keda: {trigger: cpu}} | trigger",
        "worker: {temporarySize: 10} | temporarySize",
        "worker: {resources: {limit: {memory: 1Gi}}} | limit",
        "api: {affinity: {nodeAfinity: {}}} | nodeAfinity",
        "api: {terminationGracePeriodSeconds: 35} | terminationGracePeriodSeconds",
        "worker: {terminationGracePeriodSeconds: 35} | terminationGracePeriodSeconds",
        "worker: {taskLimits: {memory: 500m}} | memory",
        "networkPolicy: {databasePort: 5432} | databasePort",
        "worker: {autoscaling: {enabled: true, minReplicas: 11}} | maxReplicas: expected minReplicas (11) or more, got 10",
        "worker: {keda: {enabled: true, trigger: rabbitmq, maxReplicas: 1, minReplicas: 2}} | maxReplicas: expected minReplicas (2) or more, got 1",
        "ingress: {enabled: true} | host",
        "serviceMonitor: {interval: often} | interval",
        "workers: {replicas: 2} | workers",
        "worker: {autoscaling: {enabled: true}, keda: {enabled: true}} | expected one of them",
      })
  void wrongValuesAreRefusedAndNamed(String values, String said) {
    assertThatThrownBy(() -> chart.render(Chart.NEEDED, values)).hasMessageContaining(said);
  }

  @Test
  void withoutWhatHasToBeSaidNothingIsMade() {
    assertThatThrownBy(() -> chart.render())
        .hasMessageContaining("allowed")
        .hasMessageContaining("existingSecret");
  }

  @Test
  void theNotesHaveAJobThatMayRun() throws IOException {
    assertThat(chart.notes(Chart.NEEDED))
        .contains("port-forward service/it-manyhands 8080:80")
        .contains("get secret manyhands-key")
        .contains("\"type\": \"python\"");
    assertThat(chart.notes(Chart.NEEDED, "functions: {allowed: [java]}"))
        .contains("\"type\": \"java\"")
        .doesNotContain("python")
        .doesNotContain("workerEgress", "serviceMonitor.labels");
    assertThat(chart.notes(Chart.NEEDED, "functions: {allowed: [http]}", "alerts: {enabled: true}"))
        .contains("workerEgress is empty")
        .contains("alerts.labels is empty");
  }
}
