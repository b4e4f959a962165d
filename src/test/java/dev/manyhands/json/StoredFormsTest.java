package dev.manyhands.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.manyhands.job.Failure;
import dev.manyhands.job.Outcome;
import dev.manyhands.job.TaskError;
import dev.manyhands.job.TaskOutput;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Failures and output as the store keeps them.
class StoredFormsTest {
  private static final TaskError.Exit KILLED = new TaskError.Exit(null, "SIGKILL", "");
  private static final TaskError.Exit EXITED =
      new TaskError.Exit(3, null, 1L << 32, "no such file\n");

  @Test
  void absentPartsOfAnErrorAreLeftOut() {
    assertThat(text(TaskErrorJson.write(TaskError.timeout("after 1 s"))))
        .isEqualTo("{\"kind\":\"timeout\",\"message\":\"after 1 s\"}");
    assertThat(text(TaskErrorJson.write(TaskError.crash("died", KILLED))))
        .isEqualTo(
            "{\"kind\":\"crash\",\"message\":\"died\",\"signal\":\"SIGKILL\",\"stderr\":\"\"}");
  }

  @Test
  void partsOfAnErrorHaveTheirOrder() {
    TaskError all =
        new TaskError("exit", "T", "m", "at 1\nat 2", EXITED, new TaskError.Response(404, "none"));

    assertThat(text(TaskErrorJson.write(all)))
        .isEqualTo(
            "{\"kind\":\"exit\",\"type\":\"T\",\"message\":\"m\",\"traceback\":\"at 1\\nat 2\","
                + "\"exitCode\":3,\"peakMemoryBytes\":4294967296,\"stderr\":\"no such file\\n\",\"httpStatus\":404,\"responseBody\":\"none\"}");
  }

  @Test
  void failuresComeBack() {
    List<Failure> failures =
        List.of(
            new Failure(0, Outcome.FAILED, TaskError.exception("ValueError", "ä€𝄞\u0000\"", "tb")),
            new Failure(7, Outcome.TIMED_OUT, TaskError.timeout("")),
            new Failure(8, Outcome.CRASHED, TaskError.crash("died", KILLED)),
            new Failure(
                9,
                Outcome.FAILED,
                TaskError.http("status", "503", new TaskError.Response(503, "later"))),
            new Failure(Integer.MAX_VALUE, Outcome.FAILED, TaskError.exit("code 3", EXITED)));

    assertThat(FailuresJson.read(FailuresJson.write(failures))).isEqualTo(failures);
  }

  @Test
  void outputsComeBack() {
    List<TaskOutput> outputs =
        List.of(new TaskOutput(1, "out\n", "", false), new TaskOutput(2, "", "err", true));

    assertThat(OutputsJson.read(OutputsJson.write(outputs))).isEqualTo(outputs);
  }

  @Test
  void halfASurrogatePairBecomesAQuestionMark() {
    Failure failure = new Failure(0, Outcome.FAILED, TaskError.timeout("a\ud834b"));

    assertThat(FailuresJson.read(FailuresJson.write(List.of(failure))))
        .extracting(one -> one.error().message())
        .containsExactly("a?b");
    assertThat(OutputsJson.read(OutputsJson.write(List.of(new TaskOutput(0, "\udd1e", "", false)))))
        .extracting(TaskOutput::stdout)
        .containsExactly("?");
  }

  @Test
  void longTextComesBack() {
    String text = "x".repeat(25_000_000);

    assertThat(OutputsJson.read(OutputsJson.write(List.of(new TaskOutput(0, text, "", true)))))
        .extracting(one -> one.stdout().length())
        .containsExactly(text.length());
  }

  @Test
  void otherBytesAreRefused() {
    byte[] cut = "[{\"index\":1".getBytes(UTF_8);

    assertThatThrownBy(() -> FailuresJson.read(cut)).isInstanceOf(IllegalArgumentException.class);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, UTF_8);
  }
}
