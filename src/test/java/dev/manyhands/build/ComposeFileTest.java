package dev.manyhands.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.convert.DurationStyle;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `docker-compose.yml`: which containers there are, what each does, whom it reaches, and what
/// holds for all of them.
class ComposeFileTest {
  private static final List<String> NODES = List.of("api", "worker", "worker2", "node");

  private final String text = Files.readString(Path.of("docker-compose.yml"));
  private final JsonNode file = JsonMapper.builder().build().valueToTree(new Yaml().load(text));
  private final JsonNode services = file.get("services");

  ComposeFileTest() throws IOException {}

  @Test
  void withoutAWordMoreItIsACluster() {
    Set<String> started = new TreeSet<>();
    services
        .properties()
        .forEach(service -> {
          if (!service.getValue().has("profiles")) {
            started.add(service.getKey());
          }
        });

    assertThat(started).containsExactly("api", "postgres", "rabbitmq", "worker", "worker2");
    assertThat(services.propertyNames())
        .containsExactlyInAnyOrder(
            "api", "worker", "worker2", "node", "postgres", "rabbitmq", "prometheus", "grafana");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "api | api | true | true",
        "worker | worker | true | false",
        "worker2 | worker | true | false",
        "node | api,worker | false | true",
      })
  void whatANodeDoesIsNoChoiceOfTheEnvironment(
      String service, String roles, boolean cluster, boolean database) {
    JsonNode environment = services.at("/" + service + "/environment");

    assertThat(environment.get("MANYHANDS_ROLES").stringValue()).isEqualTo(roles);
    assertThat(environment.path("MANYHANDS_CLUSTER_ENABLED").stringValue("false"))
        .isEqualTo(String.valueOf(cluster));
    assertThat(environment.has("SPRING_RABBITMQ_HOST")).isEqualTo(cluster);
    assertThat(environment.has("SPRING_DATASOURCE_URL")).isEqualTo(database);
    assertThat(environment.has("SPRING_DATASOURCE_PASSWORD")).isEqualTo(database);
    assertThat(environment.get("MANYHANDS_SECURITY_KEY_FILE").stringValue())
        .isEqualTo("/run/secrets/admin.key");
    assertThat(texts(services.at("/" + service + "/secrets"))).containsExactly("admin.key");
  }

  /// Two containers reach each other if they are in one network.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "worker | worker2 rabbitmq prometheus",
        "worker2 | worker rabbitmq prometheus",
        "postgres | api node",
        "api | node postgres rabbitmq prometheus grafana",
        "grafana | api node prometheus",
      })
  void everyContainerReachesWhatItNeedsAndNoMore(String service, String others) {
    Set<String> networks = networks(service);
    Set<String> reached = new TreeSet<>();
    for (String other : services.propertyNames()) {
      if (!other.equals(service) && networks(other).stream().anyMatch(networks::contains)) {
        reached.add(other);
      }
    }

    assertThat(reached).containsExactlyInAnyOrder(others.split(" "));
  }

  @Test
  void onlyWhatIsHeardOutsideHasAWayOut() {
    Set<String> open = new TreeSet<>();
    file.get("networks")
        .properties()
        .forEach(network -> {
          if (!network.getValue().path("internal").booleanValue(false)) {
            open.add(network.getKey());
          }
        });

    assertThat(open).containsExactly("front");
    for (String service : services.propertyNames()) {
      assertThat(services.get(service).has("ports"))
          .as(service)
          .isEqualTo(networks(service).contains("front"));
    }
  }

  @Test
  void nothingIsHeardBeyondThisMachine() {
    services.forEach(service ->
        service
            .path("ports")
            .forEach(port -> assertThat(port.stringValue()).startsWith("127.0.0.1:")));
  }

  @Test
  void noContainerHasRightsOrWritesToItsRoot() {
    services.forEach(service -> {
      String said = service.toString();
      assertThat(service.path("read_only").booleanValue(false)).as(said).isTrue();
      assertThat(texts(service.path("cap_drop"))).as(said).containsExactly("ALL");
      assertThat(texts(service.path("security_opt")))
          .as(said)
          .containsExactly("no-new-privileges:true");
      assertThat(service.path("privileged").isMissingNode()).as(said).isTrue();
    });
    for (String node : NODES) {
      assertThat(services.get(node).has("cap_add")).as(node).isFalse();
    }
  }

  /// Else a stop would be a kill.
  @Test
  void nodesAreGivenMoreTimeToStopThanTheirTasksAre() {
    for (String node : NODES) {
      Duration period =
          DurationStyle.detectAndParse(
              services.at("/" + node + "/stop_grace_period").stringValue());
      assertThat(period).as(node).isGreaterThan(StopTime.LONGEST);
    }
  }

  @Test
  void noPasswordHasADefault() {
    assertThat(text)
        .containsPattern("POSTGRES_PASSWORD:\\?")
        .containsPattern("RABBITMQ_PASSWORD:\\?");
    assertThat(text).doesNotContainPattern("PASSWORD:?-").doesNotContainPattern("PASSWORD: [^$]");
  }

  @Test
  void noNodeStartsBeforeWhatItWaitsForAnswers() {
    for (String server : List.of("postgres", "rabbitmq")) {
      assertThat(services.get(server).has("healthcheck")).as(server).isTrue();
    }
    assertThat(services.at("/api/depends_on").propertyNames())
        .containsExactlyInAnyOrder("postgres", "rabbitmq");
    assertThat(services.at("/worker/depends_on").propertyNames()).containsExactly("rabbitmq");
    assertThat(services.at("/node/depends_on").propertyNames()).containsExactly("postgres");
    for (String node : NODES) {
      services
          .at("/" + node + "/depends_on")
          .forEach(
              wait -> assertThat(wait.get("condition").stringValue()).isEqualTo("service_healthy"));
    }
  }

  private Set<String> networks(String service) {
    return new TreeSet<>(texts(services.at("/" + service + "/networks")));
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(element -> texts.add(element.stringValue()));
    return texts;
  }
}
