package dev.manyhands.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.testkit.Wait;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// One task of a job is cancelled, wherever it is, and the others are not.
@ExtendWith(ApiExtension.class)
class TaskCancelApiTest {
  /// Each task leaves a file in its folder when it has begun.
  private static final String SLEEPS =
      """
      {"function": {"type": "python", "name": "f",
         "source": "import time\\ndef f(s):\\n    try:\\n        open(f'{s}-SIGN', 'w').close(); time.sleep(s)\\n    finally:\\n        print('cleared')\\n    return s"},
       "inputs": [0.01, 600, 0.02, 0.03], "chunkSize": 4, "maxParallel": 1}
      """;

  private final Api api;

  TaskCancelApiTest(Api api) {
    this.api = api;
  }

  @Test
  void aRunningTaskIsAskedToEndAndItsNeighboursSucceed() throws Exception {
    String sign = UUID.randomUUID().toString();
    String job = api.submit(SLEEPS.replace("SIGN", sign));
    untilDone(job, 0);
    // Before it has begun, it would be taken out and not asked.
    Wait.untilSeen("task 1 runs", () -> isInAFolder("600-" + sign));

    HttpResponse<String> answer = api.post(job + "/tasks/1/cancel", "");

    assertThat(answer.statusCode()).isEqualTo(202);
    JsonNode ended = api.ended(job);
    assertThat(ended.get("state").stringValue()).isEqualTo("failed");
    assertThat(ended.at("/counts/succeeded").intValue()).isEqualTo(3);
    assertThat(ended.at("/counts/cancelled").intValue()).isEqualTo(1);
    JsonNode task = Api.json(api.get(job + "/tasks/1"));
    assertThat(task.get("status").stringValue()).isEqualTo("cancelled");
    assertThat(task.at("/error/type").stringValue()).isEqualTo("Cancelled");
    assertThat(task.at("/output/stdout").stringValue()).isEqualTo("cleared\n");
    assertThat(task.at("/error/traceback").stringValue())
        .contains("time.sleep(s)")
        .doesNotContain("manyhands_worker");
  }

  @Test
  void aTaskThatDoesNotHeedTheAskIsKilledASecondLater() throws Exception {
    String job =
        api.submit(
            """
            {"function": {"type": "python", "name": "f",
               "source": "import time\\ndef f(s):\\n    end = time.time() + s\\n    while time.time() < end:\\n        try:\\n            time.sleep(end - time.time())\\n        except KeyboardInterrupt:\\n            pass\\n    return s"},
             "inputs": [0.01, 600, 0.02], "chunkSize": 3, "maxParallel": 1}
            """);
    untilDone(job, 0);
    long start = System.nanoTime();

    assertThat(api.post(job + "/tasks/1/cancel", "").statusCode()).isEqualTo(202);

    JsonNode ended = api.ended(job);
    assertThat(System.nanoTime() - start).isLessThan(300_000_000_000L);
    assertThat(ended.at("/counts/succeeded").intValue()).isEqualTo(2);
    assertThat(ended.at("/counts/cancelled").intValue()).isEqualTo(1);
  }

  @Test
  void aWaitingTaskEndsAtOnceAndNeverRuns() throws Exception {
    String job =
        api.submit(
            """
            {"function": {"type": "java", "name": "sleep"}, "inputs": [60000, 60000, 1],
             "pool": "threads", "maxParallel": 1, "chunkSize": 1}
            """);

    HttpResponse<String> answer = api.post(job + "/tasks/2/cancel", "");

    assertThat(answer.statusCode()).isEqualTo(202);
    assertThat(Api.json(answer).get("status").stringValue()).isEqualTo("cancelled");
    assertThat(Api.json(api.get(job)).at("/counts/cancelled").intValue()).isEqualTo(1);
    HttpResponse<String> again = api.post(job + "/tasks/2/cancel", "");
    assertThat(again.statusCode()).isEqualTo(409);
    assertThat(Api.json(again).get("type").stringValue()).isEqualTo("/problems/task-ended");
    api.kill(job);
  }

  @Test
  void aTaskOfAnEndedJobAndOneThatDoesNotExistAreRefused() throws Exception {
    String job = api.run("square", "[1,2]");

    assertThat(api.post(job + "/tasks/1/cancel", "").statusCode()).isEqualTo(409);
    assertThat(api.post(job + "/tasks/2/cancel", "").statusCode()).isEqualTo(404);
    assertThat(api.post("/v1/jobs/job_0/tasks/2/cancel", "").statusCode()).isEqualTo(404);
  }

  @ParameterizedTest
  @CsvSource({
    "python, timed_out",
    "command, timed_out",
  })
  void aSoftTimeoutAsksBeforeTheHardOneKills(String kind, String outcome) throws Exception {
    String function =
        kind.equals("python")
            ? "{\"type\":\"python\",\"name\":\"f\",\"source\":\"import time\\ndef f(s):\\n    try:\\n        time.sleep(s)\\n    finally:\\n        print('cleared')\\n    return s\"}"
            : "{\"type\":\"command\",\"argv\":[\"sh\",\"-c\",\"trap 'echo cleared >&2; exit 3' TERM; sleep $0 & wait\",\"{}\"]}";
    String job =
        api.submit(
            "{\"function\":"
                + function
                + ",\"inputs\":[600,0.01],\"softTimeout\":\"PT6S\",\"timeout\":\"PT5M\"}");

    JsonNode ended = api.ended(job);
    assertThat(ended.at("/counts/timed_out").intValue()).isEqualTo(1);
    assertThat(ended.at("/counts/succeeded").intValue()).isEqualTo(1);
    JsonNode task = Api.json(api.get(job + "/tasks/0"));
    assertThat(task.get("status").stringValue()).isEqualTo(outcome);
    assertThat(task.at("/error/message").stringValue()).contains("PT6S (softTimeout)");
    assertThat(task.toString()).contains("cleared");
  }

  @Test
  void whatATaskReturnsWhenItIsAskedCounts() throws Exception {
    String job =
        api.submit(
            """
            {"function": {"type": "python", "name": "f",
               "source": "import time\\ndef f(s):\\n    try:\\n        time.sleep(s)\\n        return 'all'\\n    except KeyboardInterrupt:\\n        return 'part'"},
             "inputs": [600, 0.01], "softTimeout": "PT6S", "timeout": "PT5M"}
            """);

    JsonNode ended = api.ended(job);
    assertThat(ended.get("state").stringValue()).isEqualTo("succeeded");
    assertThat(api.get(job + "/results?view=values").body()).isEqualTo("[\"part\",\"all\"]");
  }

  /// Whether one of the processes that this one has started has such a file in its folder.
  private static boolean isInAFolder(String file) {
    return ProcessHandle.current()
        .descendants()
        .anyMatch(child -> Files.exists(Path.of("/proc", "" + child.pid(), "cwd", file)));
  }

  private void untilDone(String job, int index) {
    Wait.untilSeen(
        "task " + index + " has ended",
        () -> {
          try {
            return !Api.json(api.get(job + "/tasks/" + index))
                .get("status")
                .stringValue()
                .equals("pending");
          } catch (Exception e) {
            throw new AssertionError(e);
          }
        });
  }
}
