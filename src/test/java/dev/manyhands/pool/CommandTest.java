package dev.manyhands.pool;

import static dev.manyhands.pool.PoolUnderTest.chunk;
import static dev.manyhands.pool.PoolUnderTest.command;
import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.job.Function;
import dev.manyhands.job.Outcome;
import dev.manyhands.job.TaskError;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// Commands give the same results from a warm worker process and, where there is no Python, from
/// the JVM itself.
@Timeout(180)
@ParameterizedClass
@EnumSource
class CommandTest {
  enum Way {
    WARM,
    PLAIN
  }

  private final Way way;
  private final PoolUnderTest pool;

  CommandTest(Way way) throws IOException {
    this.way = way;
    Python python =
        switch (way) {
          case WARM -> PoolUnderTest.python();
          case PLAIN -> new Python.Missing("there is no Python (on purpose)");
        };
    pool = new PoolUnderTest(1, python, PoolUnderTest.PATIENT);
  }

  @AfterEach
  void close() {
    pool.close();
  }

  @Test
  void theInputStandsWithinAnArgumentWithoutAnyShell() throws Exception {
    HeardSink sink =
        pool.run(
            command("printf", "%s|", "<{}>", "{}{}"),
            "\"a b\"",
            "\"'\\\"$(id)`;&\\\\ü\"",
            "1.50",
            "{\"k\": [1]}",
            "\"\"");
    assertThat(sink.values.values())
        .containsExactly(
            "\"<a b>|a ba b|\"",
            "\"<'\\\"$(id)`;&\\\\ü>|'\\\"$(id)`;&\\\\ü'\\\"$(id)`;&\\\\ü|\"",
            "\"<1.50>|1.501.50|\"",
            "\"<{\\\"k\\\": [1]}>|{\\\"k\\\": [1]}{\\\"k\\\": [1]}|\"",
            "\"<>||\"");
  }

  @Test
  void theInputIsOnStdinWhenItIsNoArgument() throws Exception {
    String big = "\"" + "x".repeat(300_000) + "\"";
    HeardSink sink = pool.run(command("cat"), "{\"a\": 0.10}", "\"t\"", big);
    assertThat(sink.values)
        .containsEntry(0, "\"{\\\"a\\\": 0.10}\"")
        .containsEntry(1, "\"\\\"t\\\"\"")
        .containsEntry(2, "\"\\\"" + "x".repeat(300_000) + "\\\"\"");
  }

  @Test
  void aProgramNeedNotReadItsInput() throws Exception {
    HeardSink sink = pool.run(command("true"), "\"" + "x".repeat(300_000) + "\"", "1");
    assertThat(sink.values.values()).containsExactly("\"\"", "\"\"");
    assertThat(sink.failures).isEmpty();
  }

  @Test
  void onlyTheLastLineEndIsTakenFromText() throws Exception {
    HeardSink sink = pool.run(command("printf", "{}"), "\"a\\n\\n\"", "\"b\"", "\"\\n\"");
    assertThat(sink.values.values()).containsExactly("\"a\\n\"", "\"b\"", "\"\"");
  }

  @Test
  void jsonOutputIsCarriedAsItIs() throws Exception {
    Function json =
        new Function.Command(List.of("printf", "%s", "{}"), Function.Command.Output.JSON);
    HeardSink sink =
        pool.run(
            json,
            "\"{\\\"n\\\": 9007199254740993,\\n \\\"d\\\": 0.1000, \\\"e\\\": 1e400}\\n\"",
            "\"1 2\"",
            "\"NaN\"",
            "\"\"",
            "\"[\"");
    assertThat(sink.values.get(0))
        .startsWith("{\"n\": 9007199254740993,  \"d\": 0.1000, \"e\": 1e400}");
    assertThat(sink.failures.keySet()).containsExactly(1, 2, 3, 4);
    assertThat(sink.failures.values()).allMatch(failure -> failure.error().kind().equals("result"));
  }

  @Test
  void anExitCodeIsAFailureWithTheLastLinesOfStderr() throws Exception {
    HeardSink sink = pool.run(command("sh", "-c", "echo no >&2; exit {}"), "0", "3");
    TaskError error = sink.error(1);
    assertThat(sink.outcome(0)).isEqualTo(Outcome.SUCCEEDED);
    assertThat(sink.outcome(1)).isEqualTo(Outcome.FAILED);
    assertThat(error.kind()).isEqualTo("exit");
    assertThat(error.message()).isEqualTo("sh exited with code 3");
    TaskError.Exit exit = Objects.requireNonNull(error.exit());
    assertThat(exit.code()).isEqualTo(3);
    assertThat(exit.stderr()).isEqualTo("no\n");
  }

  @Test
  void theFailureOfAProgramSaysHowMuchMemoryItHad() throws Exception {
    HeardSink sink =
        pool.run(
            command(
                PoolUnderTest.python().executable().toString(),
                "-c",
                "import sys; x = bytearray({} << 20); sys.exit(3)"),
            "100",
            "1");
    if (way == Way.PLAIN) {
      assertThat(exit(sink, 0).peakMemoryBytes()).as("the JVM does not learn it").isNull();
    } else {
      assertThat(exit(sink, 0).peakMemoryBytes()).isBetween(100L << 20, 200L << 20);
      assertThat(exit(sink, 1).peakMemoryBytes()).isLessThan(100L << 20);
    }
  }

  private static TaskError.Exit exit(HeardSink sink, int index) {
    return Objects.requireNonNull(sink.error(index).exit());
  }

  @Test
  void aSignalIsAFailureToo() throws Exception {
    HeardSink sink = pool.run(command("sh", "-c", "kill -TERM $$"), "0");
    assertThat(Objects.requireNonNull(sink.error(0).exit()).signal()).isEqualTo("SIGTERM");
    assertThat(sink.error(0).message()).isEqualTo("sh was ended by SIGTERM");
  }

  @Test
  void aProgramThatIsNotThereFailsTheTask() throws Exception {
    HeardSink sink = pool.run(command("no-such-program"), "0", "1");
    assertThat(sink.error(1).kind()).isEqualTo("function");
    assertThat(sink.error(1).message()).contains("no-such-program");
  }

  @Test
  void tooMuchOutputIsAFailure() throws Exception {
    HeardSink sink = pool.run(command("sh", "-c", "yes | head -c {}"), "2000000", "1000");
    assertThat(sink.error(0).kind()).isEqualTo("limit");
    assertThat(sink.error(0).type()).isEqualTo("ValueLimit");
    assertThat(sink.outcome(1)).isEqualTo(Outcome.SUCCEEDED);
  }

  @Test
  void aTimeoutEndsTheProgramAndTheNextTaskRuns() throws Exception {
    HeardSink sink =
        pool.run(chunk(command("sleep", "{}"), Duration.ofSeconds(8), 0, "0", "60", "0"));
    assertThat(sink.values).hasSize(3);
    assertThat(sink.outcome(1)).isEqualTo(Outcome.TIMED_OUT);
    assertThat(sink.outcome(2)).isEqualTo(Outcome.SUCCEEDED);
  }

  @Test
  void aGrandchildThatHoldsStdoutOpenHoldsNoTask() throws Exception {
    HeardSink sink = pool.run(chunk(command("sh", "-c", "sleep 60 & echo {}"), null, 0, "1", "2"));
    assertThat(sink.values.values()).containsExactly("\"1\"", "\"2\"");
  }

  @Test
  void aNulInTheInputFailsTheTask() throws Exception {
    HeardSink sink = pool.run(command("echo", "{}"), "\"a\\u0000b\"", "1");
    assertThat(sink.error(0).message()).contains("NUL");
    assertThat(sink.outcome(1)).isEqualTo(Outcome.SUCCEEDED);
  }

  @Test
  void noDescriptorLeaksIntoTheProgram() throws Exception {
    HeardSink sink = pool.run(command("ls", "/proc/self/fd"), "0");
    // The last one is the folder that ls reads.
    assertThat(sink.values).containsEntry(0, "\"0\\n1\\n2\\n3\"");
  }
}
