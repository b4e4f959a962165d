package dev.manyhands.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.testkit.Wait;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

@ExtendWith(ApiExtension.class)
class RetentionApiTest {
  private final Api api;

  RetentionApiTest(Api api) {
    this.api = api;
  }

  @Test
  void aJobIsRemovedWhenItHasBeenKeptAsLongAsItSaid() throws Exception {
    String job = api.submit(kept("PT1S"));
    String other = api.submit(kept("PT1H"));
    api.ended(other);

    Wait.untilSeen("the job is gone", () -> status(api, job) == 404);
    assertThat(status(api, other)).isEqualTo(200);
  }

  @Test
  void aJobSaysHowLongItIsKept() throws Exception {
    String given = api.submit(kept("PT1H"));
    String usual = api.run("square", "[1]");

    assertThat(Api.json(api.get(given)).get("retention").stringValue()).isEqualTo("PT1H");
    assertThat(Api.json(api.get(usual)).get("retention").stringValue()).isEqualTo("PT720H");
  }

  @Test
  void whatCameDueWhileTheServiceWasDownIsRemovedAtTheNextStart(@TempDir Path data)
      throws Exception {
    String job;
    try (Api first = Api.on(data)) {
      // Asked for later, it may be gone.
      JsonNode ended = Api.json(first.post("/v1/jobs", kept("PT6S"), "Prefer", "wait=60"));
      assertThat(ended.get("state").stringValue()).isEqualTo("succeeded");
      job = "/v1/jobs/" + ended.get("id").stringValue();
    }
    try (Api second = Api.on(data)) {
      Wait.untilSeen("the job is gone", () -> status(second, job) == 404);
    }
  }

  private static String kept(String retention) {
    return Api.job("square", "[1]").replaceFirst("\\{", "{\"retention\":\"" + retention + "\",");
  }

  private static int status(Api api, String path) {
    try {
      return api.get(path).statusCode();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
