package dev.manyhands;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.testkit.RunningService;
import dev.manyhands.testkit.Services;
import dev.manyhands.testkit.Wait;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `kill -9` while a job gets the values of another one as its inputs: after the next start it has
/// each of them once, in their order.
class DependsOnKillIT {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int VALUES = 300;

  @RegisterExtension final Services services = new Services();

  @TempDir Path folder;

  @Test
  @Timeout(300)
  void aFeedThatWasCutGoesOnWhereItStood() throws Exception {
    // The feed stops in its middle: nothing of what was fed can run, and little may be ahead.
    RunningService service =
        services.start(
            folder.resolve("data"),
            "--manyhands.dispatch.max-ahead=1MB",
            "--manyhands.pools.solo.kind=virtual",
            "--manyhands.pools.solo.workers=1");
    String inputs =
        IntStream.range(0, VALUES)
            .mapToObj(i -> "\"" + i + "x".repeat(100_000) + "\"")
            .collect(Collectors.joining(",", "[", "]"));
    String blocker = submit(service, "sleep", "\"inputs\":[60000],\"pool\":\"solo\"");
    String first = submit(service, "identity", "\"inputs\":" + inputs);
    String fed =
        submit(
            service,
            "identity",
            "\"pool\":\"solo\",\"dependsOn\":{\"jobs\":[\"" + first + "\"],\"inputs\":\"values\"}");
    RunningService before = service;
    Wait.untilSeen("some values are fed", () -> total(before, fed) > 0);
    service.kill();

    service = services.restart(service);

    assertThat(total(service, fed)).isPositive().isLessThan(VALUES);
    assertThat(job(service, fed).get("state").stringValue()).isEqualTo("receiving");
    service.post("/v1/jobs/" + blocker + "/cancel", "{\"mode\":\"kill\"}");
    JsonNode ended = JSON.readTree(service.get("/v1/jobs/" + fed, "Prefer", "wait=60").body());
    assertThat(ended.get("state").stringValue()).as(ended.toString()).isEqualTo("succeeded");
    assertThat(ended.at("/counts/total").intValue()).isEqualTo(VALUES);
    String values = service.get("/v1/jobs/" + fed + "/results?view=values").body();
    assertThat(values.equals(inputs)).as("the values are the inputs, once and in order").isTrue();
  }

  private static String submit(RunningService service, String function, String fields)
      throws Exception {
    String body = "{\"function\":{\"type\":\"java\",\"name\":\"" + function + "\"}," + fields + "}";
    var answer = service.post("/v1/jobs", body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    return JSON.readTree(answer.body()).get("id").stringValue();
  }

  private static JsonNode job(RunningService service, String id) throws Exception {
    return JSON.readTree(service.get("/v1/jobs/" + id).body());
  }

  private static int total(RunningService service, String id) {
    try {
      return job(service, id).at("/counts/total").intValue();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
