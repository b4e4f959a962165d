package dev.manyhands;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.testkit.RunningService;
import dev.manyhands.testkit.Services;
import dev.manyhands.testkit.Wait;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// After `kill -9` a limit is there as it was, and nobody who is gone holds it.
class LimitsKillNineIT {
  private static final JsonMapper JSON = new JsonMapper();

  @RegisterExtension final Services services = new Services();

  @TempDir Path folder;

  @Test
  @Timeout(300)
  void permitsOfAKilledServiceAreFreeAfterItsNextStart() throws Exception {
    RunningService running = services.start(folder.resolve("data"));
    String plain = submit(running, "{\"name\":\"lock\",\"permits\":1}");
    String keyed = submit(running, "{\"name\":\"keyed\",\"permits\":1,\"key\":\"\"}");
    Wait.untilSeen(
        "both are held", () -> inUse(running, "lock") == 1 && inUse(running, "keyed") >= 1);

    running.kill();
    RunningService service = services.restart(running);

    for (String job : new String[] {plain, keyed}) {
      JsonNode ended = json(service.get("/v1/jobs/" + job, "Prefer", "wait=60"));
      assertThat(ended.path("state").stringValue()).as(ended.toString()).isEqualTo("succeeded");
    }
    assertThat(json(service.get("/v1/limits/lock")).path("permits").intValue()).isEqualTo(1);
    assertThat(json(service.get("/v1/limits/lock")).path("inUse").intValue()).isZero();
    assertThat(json(service.get("/v1/limits/keyed")).path("inUse").intValue()).isZero();
  }

  private static String submit(RunningService service, String limit) throws Exception {
    HttpResponse<String> answer =
        service.post(
            "/v1/jobs",
            "{\"function\":{\"type\":\"java\",\"name\":\"sleep\"},\"chunkSize\":1,"
                + "\"inputs\":[400,400,401,401],\"limits\":["
                + limit
                + "]}");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    return json(answer).path("id").stringValue();
  }

  private static int inUse(RunningService service, String limit) {
    try {
      return json(service.get("/v1/limits/" + limit)).path("inUse").intValue();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static JsonNode json(HttpResponse<String> answer) {
    return JSON.readTree(answer.body());
  }
}
