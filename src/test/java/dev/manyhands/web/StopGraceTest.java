package dev.manyhands.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// What runs when the service is told to stop may come to its end.
class StopGraceTest {
  @TempDir Path data;

  @Test
  void aTaskThatRunsAtAStopComesToItsEndAndDoesNotRunAgain() throws Exception {
    String job;
    try (Api api = Api.on(data, "--manyhands.dispatch.grace=20s")) {
      job = api.submit(Api.job("sleep", "[1500]"));
      JsonNode now = Api.json(api.get(job));
      while (!now.has("startedAt")) {
        now = Api.json(api.get(job));
      }
    }
    Instant stopped = Instant.now();
    try (Api api = Api.on(data)) {
      assertThat(api.ended(job).path("state").asString()).isEqualTo("succeeded");
      JsonNode task = Api.json(api.get(job + "/tasks/0"));
      assertThat(Instant.parse(task.path("startedAt").asString())).isBefore(stopped);
      assertThat(Instant.parse(task.path("endedAt").asString())).isBefore(stopped);
    }
  }
}
