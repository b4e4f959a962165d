package dev.manyhands;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.job.Outcome;
import dev.manyhands.testkit.RunningService;
import dev.manyhands.testkit.Services;
import dev.manyhands.testkit.Witness;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `kill -9` in the middle of a job loses no result, changes none and repeats no finished task.
///
/// Each task testifies in a [Witness] that it started, so what is claimed about runs is not taken
/// from the service.
class KillNineIT {
  private static final int TASKS = 20_000;
  private static final int KILLS = 2;

  /// Undisturbed, the whole job takes some 12 s.
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final JsonMapper JSON = new JsonMapper();

  @RegisterExtension final Services services = new Services();

  @TempDir Path folder;

  @Test
  @Timeout(600)
  void killedTwiceAJobLosesAndRepeatsNoResult() throws Exception {
    Random random = printedSeed();
    Path file = Files.createFile(folder.resolve("witness"));
    Witness witness = new Witness(file);
    RunningService service =
        services.start(folder.resolve("data"), "--manyhands.sandbox.write=" + file);
    String job = submit(service, witness);

    Map<Integer, String> seen = Map.of();
    int[] startsWhenSeen = new int[TASKS];
    for (int kill = 1; kill <= KILLS; kill++) {
      awaitDone(service, job, kill * TASKS / (KILLS + 2) + random.nextInt(TASKS / 10));
      Map<Integer, String> lines = lines(service, job, "completion");
      int[] starts = witness.starts(TASKS);
      service.kill();
      assertThat(lines).as("kill %d came in the middle", kill).hasSizeBetween(1, TASKS - 1);
      assertThat(lines).as("results seen before an earlier kill").containsAllEntriesOf(seen);
      for (int index : lines.keySet()) {
        if (!seen.containsKey(index)) {
          startsWhenSeen[index] = starts[index];
          assertThat(starts[index]).as("starts of task %d", index).isBetween(1, kill);
        }
      }
      seen = lines;
      service = services.restart(service);
    }

    JsonNode ended = awaitDone(service, job, TASKS);
    assertThat(ended.path("state").stringValue()).isEqualTo("succeeded");
    assertThat(ended.path("counts").path("succeeded").intValue()).isEqualTo(TASKS);
    assertThat(ended.path("counts").path("total").intValue()).isEqualTo(TASKS);
    Map<Integer, String> results = lines(service, job, "input");
    assertThat(results.keySet())
        .containsExactlyElementsOf(IntStream.range(0, TASKS).boxed().toList());
    assertThat(lines(service, job, "completion")).isEqualTo(results);
    assertThat(results).as("results seen before the kills").containsAllEntriesOf(seen);
    assertRight(results);
    assertNotRepeated(seen.keySet(), startsWhenSeen, witness.starts(TASKS));
    assertThat(json(service.get("/v1/jobs")).path("jobs")).hasSize(1);
  }

  private static Random printedSeed() {
    long seed = Long.getLong("seed", System.nanoTime());
    System.out.println("KillNineIT: again with -Dseed=" + seed);
    return new Random(seed);
  }

  private static String submit(RunningService service, Witness witness) throws Exception {
    Map<String, Object> function =
        Map.of("type", "python", "source", witness.source(), "name", "witnessed");
    List<Integer> inputs = IntStream.range(0, TASKS).boxed().toList();
    HttpResponse<String> answer =
        service.post(
            "/v1/jobs", JSON.writeValueAsString(Map.of("function", function, "inputs", inputs)));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    return JSON.readTree(answer.body()).path("id").stringValue();
  }

  /// Returns the job as soon as at least so many of its tasks are recorded as ended.
  private static JsonNode awaitDone(RunningService service, String job, int tasks)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      JsonNode now = json(service.get("/v1/jobs/" + job, "Prefer", "wait=1"));
      int done = ended(now.path("counts"));
      if (done >= tasks) {
        return now;
      }
      assertThat(System.nanoTime())
          .as("%d ended tasks expected within %s, there are: %s", tasks, PATIENCE, now)
          .isLessThan(deadline);
    }
  }

  private static int ended(JsonNode counts) {
    int sum = 0;
    for (Outcome outcome : Outcome.values()) {
      sum += counts.path(outcome.word()).intValue();
    }
    return sum;
  }

  /// The result lines that are recorded, by index, in the order in which they came.
  private static Map<Integer, String> lines(RunningService service, String job, String order)
      throws IOException, InterruptedException {
    HttpResponse<String> answer =
        service.get("/v1/jobs/" + job + "/results?order=" + order, "Accept", "application/jsonl");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    Map<Integer, String> lines = new LinkedHashMap<>();
    answer
        .body()
        .lines()
        .forEach(line -> {
          int index = JSON.readTree(line).path("index").intValue();
          assertThat(lines.put(index, line)).as("a second result of %d", index).isNull();
        });
    return lines;
  }

  private static void assertRight(Map<Integer, String> results) throws GeneralSecurityException {
    MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
    for (Map.Entry<Integer, String> entry : results.entrySet()) {
      JsonNode result = JSON.readTree(entry.getValue());
      byte[] digest = sha256.digest(entry.getKey().toString().getBytes(UTF_8));
      assertThat(result.path("status").stringValue()).isEqualTo("succeeded");
      assertThat(result.path("value").stringValue()).isEqualTo(HexFormat.of().formatHex(digest));
    }
  }

  private static void assertNotRepeated(
      Iterable<Integer> finished, int[] startsWhenSeen, int[] starts) {
    assertThat(starts).as("starts of each task").doesNotContain(0);
    for (int index : finished) {
      assertThat(starts[index])
          .as("starts of task %d, which had finished before a kill", index)
          .isEqualTo(startsWhenSeen[index]);
    }
    int again = IntStream.of(starts).sum() - TASKS;
    System.out.println("KillNineIT: " + again + " tasks in flight at a kill ran again");
  }

  private static JsonNode json(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return JSON.readTree(answer.body());
  }
}
