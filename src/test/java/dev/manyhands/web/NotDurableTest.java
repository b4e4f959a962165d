package dev.manyhands.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.testkit.Containers;
import dev.manyhands.testkit.PostgresPlace;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.testcontainers.postgresql.PostgreSQLContainer;
import tools.jackson.databind.JsonNode;

/// A server that may forget what it has confirmed.
@ExtendWith({Containers.class, OutputCaptureExtension.class})
@Timeout(180)
class NotDurableTest {
  @Test
  void isNamedAtTheStartAndByTheHealthOfTheNode(@TempDir Path folder, CapturedOutput output)
      throws Exception {
    try (PostgreSQLContainer server =
        Containers.newPostgres()
            .withCommand("postgres", "-c", "fsync=off", "-c", "full_page_writes=off")) {
      server.start();
      try (Api api = Api.on(folder, PostgresPlace.on(server).settings().toArray(String[]::new))) {
        assertThat(output).contains("Not durable: ", "fsync=off", "full_page_writes=off");
        JsonNode health = Api.json(api.get("/actuator/health"));
        assertThat(health.get("status").stringValue()).isEqualTo("DEGRADED");
        assertThat(health.at("/components/store/details/durability").stringValue())
            .contains("fsync=off", "full_page_writes=off")
            .doesNotContain("synchronous_commit");
        assertThat(Api.json(api.get("/v1/info")).at("/durability/results").stringValue())
            .isEqualTo("unsynced");
        assertThat(api.get("/actuator/prometheus").body()).contains("manyhands_store_synced 0.0");
      }
    }
  }
}
