package dev.manyhands.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What holds for every container of `docker-compose.yml`.
class ComposeFileTest {
  private final String text = Files.readString(Path.of("docker-compose.yml"));
  private final JsonNode services =
      JsonMapper.builder().build().valueToTree(new Yaml().load(text)).get("services");

  ComposeFileTest() throws IOException {}

  @Test
  void nothingIsHeardBeyondThisMachine() {
    assertThat(services.size()).isEqualTo(7);
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
      assertThat(service.at("/cap_drop/0").stringValue("")).as(said).isEqualTo("ALL");
      assertThat(service.at("/security_opt/0").stringValue(""))
          .as(said)
          .isEqualTo("no-new-privileges:true");
      assertThat(service.path("privileged").isMissingNode()).as(said).isTrue();
    });
  }

  @Test
  void noPasswordHasADefault() {
    assertThat(text)
        .containsPattern("POSTGRES_PASSWORD:\\?")
        .containsPattern("RABBITMQ_PASSWORD:\\?");
    assertThat(text).doesNotContainPattern("PASSWORD:?-").doesNotContainPattern("PASSWORD: [^$]");
  }

  @Test
  void aWorkerReachesTheBrokerAndNoOtherWayOut() {
    assertThat(services.at("/worker/networks").toString()).isEqualTo("[\"broker\",\"watched\"]");
    assertThat(services.at("/worker/environment").propertyNames())
        .noneMatch(name -> name.startsWith("SPRING_DATASOURCE"));
    assertThat(services.at("/postgres/networks").toString()).isEqualTo("[\"store\"]");
  }
}
