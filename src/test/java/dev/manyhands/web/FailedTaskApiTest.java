package dev.manyhands.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.testkit.Receiver;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/// What a client is told of a task that failed, and of one that failed before it succeeded.
@ExtendWith(ApiExtension.class)
class FailedTaskApiTest {
  private final Api api;

  FailedTaskApiTest(Api api) {
    this.api = api;
  }

  @Test
  void aTaskThatSucceedsAtItsThirdAttemptSaysSo() throws Exception {
    try (Receiver receiver = new Receiver(Api.reachable(), 500, 503, 204)) {
      JsonNode result = onlyResult(requests(receiver, 4));

      assertThat(result.get("status").stringValue()).isEqualTo("succeeded");
      assertThat(result.get("attempt").intValue()).isEqualTo(3);
      assertThat(receiver.await(3)).hasSize(3);
    }
  }

  @Test
  void aTaskThatNeverSucceedsFailsAtItsLastAttempt() throws Exception {
    try (Receiver receiver = new Receiver(Api.reachable(), 500, 502)) {
      JsonNode result = onlyResult(requests(receiver, 2));

      assertThat(result.get("status").stringValue()).isEqualTo("failed");
      assertThat(result.get("attempt").intValue()).isEqualTo(2);
      assertThat(result.at("/error/httpStatus").intValue()).isEqualTo(502);
      assertThat(receiver.await(2)).hasSize(2);
    }
  }

  @Test
  void sourceThatDoesNotCompileFailsWithPythonsOwnMessage() throws Exception {
    String source = "def f(n):\n    return (n +\n";
    JsonNode result =
        onlyResult(
            "{\"function\":{\"type\":\"python\",\"name\":\"f\",\"source\":"
                + Api.MAPPER.writeValueAsString(source)
                + "},\"inputs\":[1]}");

    assertThat(result.get("status").stringValue()).isEqualTo("failed");
    assertThat(result.at("/error/type").stringValue()).isEqualTo("SyntaxError");
    assertThat(result.at("/error/message").stringValue()).contains(saidByPython(source));
    assertThat(result.at("/error/traceback").stringValue())
        .contains("line 2", "    return (n +", "^");
  }

  @Test
  void sourceWithoutTheFunctionFailsWithItsName() throws Exception {
    JsonNode result =
        onlyResult(
            "{\"function\":{\"type\":\"python\",\"name\":\"sqare\",\"source\":"
                + "\"def square(n): return n * n\"},\"inputs\":[1]}");

    assertThat(result.get("status").stringValue()).isEqualTo("failed");
    assertThat(result.at("/error/message").stringValue()).contains("sqare");
  }

  @Test
  void aCommandThatFailsSaysItsExitCodeAndItsLastLines() throws Exception {
    JsonNode result =
        onlyResult(
            "{\"function\":{\"type\":\"command\",\"argv\":[\"sh\",\"-c\","
                + "\"seq 1 100000 >&2; echo no such number >&2; exit 7\"]},\"inputs\":[1]}");

    assertThat(result.get("status").stringValue()).isEqualTo("failed");
    assertThat(result.at("/error/exitCode").intValue()).isEqualTo(7);
    assertThat(result.at("/error/stderr").stringValue())
        .endsWith("\n99999\n100000\nno such number\n")
        .hasSizeLessThan(10_000);
  }

  private static String requests(Receiver receiver, int attempts) {
    return "{\"function\":{\"type\":\"http\",\"url\":\""
        + receiver.url()
        + "\"},\"retry\":{\"maxAttempts\":"
        + attempts
        + ",\"backoff\":\"PT0.01S\"},\"inputs\":[1]}";
  }

  /// The same from the list of results, and with all that the task says.
  private JsonNode onlyResult(String body) throws Exception {
    String job = api.submit(body);
    api.ended(job);
    JsonNode result = Api.json(api.get(job + "/results")).at("/results/0");
    JsonNode task = Api.json(api.get(job + "/tasks/0"));
    assertThat(task.get("attempt")).isEqualTo(result.get("attempt"));
    assertThat(task.path("error")).isEqualTo(result.path("error"));
    return result;
  }

  private static String saidByPython(String source) throws Exception {
    String question =
        "import sys\ntry: compile(sys.argv[1], '', 'exec')\nexcept SyntaxError as e: print(e.msg)";
    Process python = new ProcessBuilder("python3", "-c", question, source).start();
    String said = new String(python.getInputStream().readAllBytes(), UTF_8).strip();
    assertThat(python.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(said).isNotEmpty();
    return said;
  }
}
