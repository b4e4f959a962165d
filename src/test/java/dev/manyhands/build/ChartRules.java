package dev.manyhands.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.build.Chart.Node;
import dev.manyhands.build.Chart.Rendered;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What each manifest of the chart has to say, whatever else is switched on. A kind of which
/// nothing is said here is an error.
final class ChartRules {
  private static final String API = "Deployment/it-manyhands-api";
  private static final String WORKER = "Deployment/it-manyhands-worker";

  private final Rendered made;

  ChartRules(Rendered made) {
    this.made = made;
  }

  /// @throws AssertionError if a manifest breaks a rule
  void hold() {
    made.manifests()
        .forEach((name, manifest) -> {
          assertThat(manifest.at("metadata", "labels", "app.kubernetes.io/instance").text())
              .isEqualTo("it");
          String version = manifest.at("apiVersion").text();
          switch (manifest.at("kind").text()) {
            case "Deployment" -> is(version, "apps/v1", () -> deployment(manifest));
            case "ConfigMap" -> is(version, "v1", () -> assertThat(manifest.has("data")).isTrue());
            case "Service" -> is(version, "v1", () -> service(manifest));
            case "Ingress" -> is(version, "networking.k8s.io/v1", () -> ingress(manifest));
            case "NetworkPolicy" ->
                is(version, "networking.k8s.io/v1", () -> policy(name, manifest));
            case "PodDisruptionBudget" -> is(version, "policy/v1", () -> budget(name, manifest));
            case "HorizontalPodAutoscaler" ->
                is(version, "autoscaling/v2", () -> autoscaler(manifest));
            case "ScaledObject" -> is(version, "keda.sh/v1alpha1", () -> scaled(manifest));
            case "TriggerAuthentication" ->
                is(version, "keda.sh/v1alpha1", () -> authentication(manifest));
            case "ServiceMonitor" ->
                is(version, "monitoring.coreos.com/v1", () -> serviceMonitor(manifest));
            case "PodMonitor" ->
                is(version, "monitoring.coreos.com/v1", () -> podMonitor(manifest));
            case "PrometheusRule" ->
                is(
                    version,
                    "monitoring.coreos.com/v1",
                    () -> assertThat(manifest.at("spec", "groups").each()).isNotEmpty());
            default -> throw new AssertionError("nothing is said of " + name);
          }
        });
  }

  private static void is(String version, String expected, Runnable rules) {
    assertThat(version).isEqualTo(expected);
    rules.run();
  }

  /// As the profile "restricted" of Kubernetes' pod security standards has it, and more.
  private static void deployment(Node deployment) {
    Node pod = deployment.at("spec", "template", "spec");
    assertThat(pod.at("automountServiceAccountToken").value()).isEqualTo(false);
    assertThat(pod.at("enableServiceLinks").value()).isEqualTo(false);
    assertThat(pod.at("securityContext").value())
        .isEqualTo(
            Map.of(
                "runAsNonRoot",
                true,
                "runAsUser",
                10001,
                "runAsGroup",
                10001,
                "fsGroup",
                10001,
                "seccompProfile",
                Map.of("type", "RuntimeDefault")));
    assertThat(pod.at("containers").each()).hasSize(1);
    Node container = pod.at("containers", 0);
    assertThat(((Number) pod.at("terminationGracePeriodSeconds").value()).longValue())
        .isGreaterThan(StopTime.LONGEST.toSeconds() + secondsBeforeTheStop(container));
    assertThat(container.at("securityContext").value())
        .isEqualTo(
            Map.of(
                "allowPrivilegeEscalation",
                false,
                "readOnlyRootFilesystem",
                true,
                "capabilities",
                Map.of("drop", List.of("ALL"))));
    assertThat(container.at("resources", "limits").has("memory")).isTrue();
    probe(container.at("startupProbe"), "liveness");
    probe(container.at("livenessProbe"), "liveness");
    probe(container.at("readinessProbe"), "readiness");
    writable(pod);
    assertThat(deployment.at("spec", "selector", "matchLabels").value())
        .isEqualTo(labels(deployment));
  }

  /// Of the time that a pod is given to stop, what it does not know of its stop.
  private static long secondsBeforeTheStop(Node container) {
    return container.has("lifecycle")
        ? Long.parseLong(
            container.at("lifecycle", "preStop", "exec", "command").each().getLast().text())
        : 0;
  }

  private static void probe(Node probe, String group) {
    assertThat(probe.at("httpGet").value())
        .isEqualTo(Map.of("path", "/actuator/health/" + group, "port", "http"));
  }

  /// A root that is read only needs places that are not; the disk of the machine is not filled by
  /// them.
  private static void writable(Node pod) {
    List<String> places = new ArrayList<>();
    for (Node mount : pod.at("containers", 0, "volumeMounts").each()) {
      if (!mount.has("readOnly")) {
        places.add(mount.at("mountPath").text());
      }
    }
    assertThat(places).containsExactly("/data", "/tmp");
    for (Node volume : pod.at("volumes").each()) {
      if (volume.has("emptyDir")) {
        assertThat(volume.at("emptyDir", "sizeLimit").text()).endsWith("Gi");
      }
    }
  }

  private static Object labels(Node deployment) {
    return deployment.at("spec", "template", "metadata", "labels").value();
  }

  /// Callers come to nodes that take jobs.
  private void service(Node service) {
    assertThat(service.at("spec", "selector").value()).isEqualTo(labels(made.of(API)));
    assertThat(service.at("spec", "ports").each()).hasSize(1);
    assertThat(service.at("spec", "ports", 0, "targetPort").text()).isEqualTo("http");
    assertThat(made.of(API).at("spec", "template", "spec", "containers", 0, "ports", 0).value())
        .isEqualTo(Map.of("name", "http", "containerPort", 8080));
  }

  private void ingress(Node ingress) {
    Node backend = ingress.at("spec", "rules", 0, "http", "paths", 0, "backend", "service");
    assertThat(made.names()).contains("Service/" + backend.at("name").text());
    assertThat(backend.at("port", "name").text()).isEqualTo("http");
  }

  private void policy(String name, Node policy) {
    boolean isApi = name.endsWith("-api");
    Node spec = policy.at("spec");
    assertThat(spec.at("podSelector", "matchLabels").value())
        .isEqualTo(labels(made.of(isApi ? API : WORKER)));
    assertThat(spec.at("policyTypes").value()).isEqualTo(List.of("Ingress", "Egress"));
    boolean isScraped = made.names().contains("PodMonitor/it-manyhands-worker");
    List<Object> in = ports(spec, "ingress");
    if (isApi || isScraped) {
      assertThat(in).containsExactly("http");
    } else {
      assertThat(in).isEmpty();
    }
    if (isApi) {
      assertThat(ports(spec, "egress")).containsExactly(53, 53, 5672, 8080, 5432);
      assertThat(spec.at("egress", 2, "to", 0, "podSelector", "matchLabels").value())
          .isEqualTo(labels(made.of(API)));
    } else {
      assertThat(ports(spec, "egress")).containsExactly(53, 53, 5672);
    }
  }

  private static List<Object> ports(Node policy, String direction) {
    List<Object> ports = new ArrayList<>();
    for (Node rule : policy.at(direction).each()) {
      rule.at("ports").each().forEach(port -> ports.add(port.at("port").value()));
    }
    return ports;
  }

  private void budget(String name, Node budget) {
    String role = name.endsWith("-api") ? API : WORKER;
    assertThat(budget.at("spec", "selector", "matchLabels").value())
        .isEqualTo(labels(made.of(role)));
    assertThat(budget.at("spec", "maxUnavailable").value()).isEqualTo(1);
  }

  private void autoscaler(Node autoscaler) {
    Node spec = autoscaler.at("spec");
    assertThat(spec.at("scaleTargetRef").value())
        .isEqualTo(
            Map.of("apiVersion", "apps/v1", "kind", "Deployment", "name", "it-manyhands-worker"));
    assertThat(spec.at("minReplicas").value()).isEqualTo(2);
    assertThat(spec.at("maxReplicas").value()).isEqualTo(10);
    assertThat(spec.at("metrics").value())
        .isEqualTo(
            List.of(
                Map.of(
                    "type",
                    "Resource",
                    "resource",
                    Map.of(
                        "name",
                        "cpu",
                        "target",
                        Map.of("type", "Utilization", "averageUtilization", 75)))));
    // Of what is requested; without it there is nothing to have a share of.
    assertThat(
            made.of(WORKER)
                .at("spec", "template", "spec", "containers", 0, "resources", "requests")
                .has("cpu"))
        .isTrue();
  }

  private void scaled(Node scaled) {
    Node spec = scaled.at("spec");
    assertThat(spec.at("scaleTargetRef", "name").text()).isEqualTo("it-manyhands-worker");
    assertThat(spec.at("minReplicaCount").value()).isEqualTo(1);
    assertThat(spec.at("maxReplicaCount").value()).isEqualTo(10);
    for (Node trigger : spec.at("triggers").each()) {
      // KEDA takes texts only, and nothing that is secret from here.
      Map<?, ?> metadata = (Map<?, ?>) trigger.at("metadata").value();
      assertThat(metadata.values()).allMatch(String.class::isInstance);
      assertThat(metadata.containsKey("username") || metadata.containsKey("password")).isFalse();
      if (trigger.at("type").text().equals("rabbitmq")) {
        assertThat(made.names())
            .contains("TriggerAuthentication/" + trigger.at("authenticationRef", "name").text());
      }
    }
  }

  private static void authentication(Node authentication) {
    assertThat(authentication.at("spec", "secretTargetRef").value())
        .isEqualTo(
            List.of(
                Map.of("parameter", "username", "name", "manyhands-broker", "key", "username"),
                Map.of("parameter", "password", "name", "manyhands-broker", "key", "password")));
  }

  private void serviceMonitor(Node monitor) {
    assertThat(monitor.at("spec", "selector", "matchLabels").value())
        .isEqualTo(labels(made.of(API)));
    Map<?, ?> marked = (Map<?, ?>) made.of("Service/it-manyhands").at("metadata", "labels").value();
    Map<?, ?> selected = (Map<?, ?>) monitor.at("spec", "selector", "matchLabels").value();
    assertThat(marked.entrySet().containsAll(Set.copyOf(selected.entrySet()))).isTrue();
    scrape(monitor.at("spec", "endpoints"), "api");
  }

  private void podMonitor(Node monitor) {
    assertThat(monitor.at("spec", "selector", "matchLabels").value())
        .isEqualTo(labels(made.of(WORKER)));
    scrape(monitor.at("spec", "podMetricsEndpoints"), "worker");
  }

  private static void scrape(Node endpoints, String role) {
    assertThat(endpoints.value())
        .isEqualTo(
            List.of(
                Map.of(
                    "port",
                    "http",
                    "path",
                    "/actuator/prometheus",
                    "interval",
                    "15s",
                    "relabelings",
                    List.of(Map.of("targetLabel", "role", "replacement", role)),
                    "authorization",
                    Map.of("credentials", Map.of("name", "manyhands-key", "key", "admin.key")))));
  }
}
