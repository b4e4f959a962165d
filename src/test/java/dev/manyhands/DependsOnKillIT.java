package dev.manyhands;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.history.History;
import dev.manyhands.history.HistoryClient;
import dev.manyhands.history.StoredResults;
import dev.manyhands.history.Told;
import dev.manyhands.testkit.RunningService;
import dev.manyhands.testkit.Services;
import dev.manyhands.testkit.Wait;
import dev.manyhands.testkit.Witness;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
  private static final int VALUES = 100;
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private static final String BLOCK = "def block(task): time.sleep(600)";

  /// Large values, each of which says where it belongs.
  private static final String FEED =
      "def feed(task): return 'fed/' + task.split('/')[1] + '#' + 'x' * 100_000";

  private static final String FED = "def fed(value): return witnessed(value.split('#')[0])";

  @RegisterExtension final Services services = new Services();

  @TempDir Path folder;

  @Test
  @Timeout(600)
  void aFeedThatWasCutGoesOnWhereItStood() throws Exception {
    Witness witness = new Witness(Files.createFile(folder.resolve("witness")));
    HistoryClient client = new HistoryClient(new History(folder.resolve("history")), witness);
    // The feed stops in its middle: nothing of what was fed can run, and little may be ahead.
    RunningService before =
        services.start(
            folder.resolve("data"),
            "--manyhands.dispatch.max-ahead=1MB",
            "--manyhands.pools.solo.kind=processes",
            "--manyhands.pools.solo.workers=1",
            "--manyhands.sandbox.write=" + witness.file());
    client.use(before);
    Map<String, Object> solo = Map.of("pool", "solo");
    assertThat(client.submit("blocker", 1, client.python("block", BLOCK), solo)).isEqualTo(Told.OK);
    client.doomed("blocker", Set.of(0), "cancelled", 2);
    assertThat(client.submit("first", VALUES, client.python("feed", FEED), Map.of()))
        .isEqualTo(Told.OK);
    client.doomed("first", indexes(), "succeeded", 0);
    Map<String, Object> fed =
        Map.of(
            "pool",
            "solo",
            "dependsOn",
            Map.of("jobs", List.of(client.id("first")), "inputs", "values"));
    assertThat(client.submitFed("fed", VALUES, client.python("fed", FED), fed)).isEqualTo(Told.OK);
    Wait.untilSeen("some values are fed", () -> total(before, client.id("fed")) > 0);
    before.kill();
    Path copy = Files.createDirectory(folder.resolve("killed"));
    client.struck("kill -9", StoredResults.count(before.data(), copy));

    RunningService service = services.restart(before);
    client.use(service);

    assertThat(total(service, client.id("fed"))).isPositive().isLessThan(VALUES);
    assertThat(job(service, client.id("fed")).get("state").stringValue()).isEqualTo("receiving");
    service.post("/v1/jobs/" + client.id("blocker") + "/cancel", "{\"mode\":\"kill\"}");
    client.awaitEnd(PATIENCE);
    // Each value once and in its place, and nothing else of any job.
    client.judge();
  }

  private static Set<Integer> indexes() {
    return IntStream.range(0, VALUES).boxed().collect(Collectors.toSet());
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
