package dev.manyhands.pool;

import static dev.manyhands.pool.PoolUnderTest.chunk;
import static dev.manyhands.pool.PoolUnderTest.function;
import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.job.Chunk;
import dev.manyhands.job.Failure;
import dev.manyhands.job.Function;
import dev.manyhands.job.Outcome;
import dev.manyhands.job.TaskError;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What Python functions give back, raise and print, as the results carry it.
class PythonFunctionTest {
  private PoolUnderTest pool;

  @BeforeEach
  void open() throws Exception {
    pool = new PoolUnderTest(1);
  }

  @AfterEach
  void close() {
    pool.close();
  }

  @Test
  void squaresComeBackInOrder() throws Exception {
    String[] inputs = IntStream.range(0, 30_000).mapToObj(String::valueOf).toArray(String[]::new);
    HeardSink sink = pool.run(chunk(function("def f(n):\n    return n * n"), null, 100, inputs));
    assertThat(sink.failures).isEmpty();
    assertThat(sink.values)
        .hasSize(30_000)
        .containsEntry(100, "0")
        .containsEntry(30_099, "899940001");
    assertThat(sink.told)
        .allSatisfy(told -> assertThat(told.times().count()).isEqualTo(told.count()));
  }

  @Test
  void valuesOfAllKindsAreOneLineOfJson() throws Exception {
    HeardSink sink =
        pool.run(
            function("def f(x): return x"),
            "null",
            "true",
            "-0.5",
            "1e400000",
            "123456789012345678901234567890",
            "\"a\\nb\\u2028\\u00fc,\\ud83d\\ude00\\ud800\"",
            "[1,{\"a\":[]},\"x,y\"]",
            "\"\"");
    assertThat(sink.values.values())
        .containsExactly(
            "null",
            "true",
            "-0.5",
            "null",
            "123456789012345678901234567890",
            "\"a\\nb\u2028ü,😀\\ud800\"",
            "[1,{\"a\":[]},\"x,y\"]",
            "\"\"");
    assertThat(sink.error(3).kind()).isEqualTo("result");
    assertThat(sink.failures).hasSize(1);
  }

  @Test
  void anExceptionIsDataWithTheFramesOfTheSourceOnly() throws Exception {
    HeardSink sink =
        pool.run(
            function(
                "def g(n):\n    raise ValueError(f'no {n}')\n\ndef f(n):\n    return g(n) if n == 2 else n\n"),
            "1",
            "2",
            "3");
    assertThat(sink.values.values()).containsExactly("1", "null", "3");
    TaskError error = sink.error(1);
    assertThat(error.kind()).isEqualTo("exception");
    assertThat(error.type()).isEqualTo("ValueError");
    assertThat(error.message()).isEqualTo("no 2");
    assertThat(error.traceback())
        .startsWith("Traceback (most recent call last):\n  File \"<source>\", line 5, in f\n")
        .contains("    raise ValueError(f'no {n}')\n")
        .endsWith("ValueError: no 2\n")
        .doesNotContain("manyhands");
  }

  @Test
  void exitingIsAnExceptionToo() throws Exception {
    HeardSink sink = pool.run(function("import sys\ndef f(n): sys.exit(n)"), "3", "4");
    assertThat(sink.error(0).type()).isEqualTo("SystemExit");
    assertThat(sink.error(1).message()).isEqualTo("4");
  }

  @Test
  void spreadPassesAnArrayAsArguments() throws Exception {
    Function spread = new Function.Python("def f(a, b=10): return a + b", "f", null, true);
    HeardSink sink = pool.run(spread, "[1,2]", "[1]", "5", "[1,2,3]");
    assertThat(sink.values.values()).containsExactly("3", "11", "null", "null");
    assertThat(sink.error(2).message()).contains("array of arguments");
    assertThat(sink.error(3).type()).isEqualTo("TypeError");
  }

  @Test
  void outcomesAreToldOneByOneOnlyIfSomebodyWaitsForThem() throws Exception {
    assertThat(toldOnceIn(3, true)).as("each by itself").isTrue();
    assertThat(toldOnceIn(1, false)).as("all together").isTrue();
  }

  /// Whether three tasks of 3 ms were told in so many parts; a machine that pauses for 50 ms in one
  /// of the rounds tells nothing.
  private boolean toldOnceIn(int parts, boolean prompt) throws Exception {
    Function.Python wait = function("import time\ndef f(s):\n    time.sleep(s)");
    for (int round = 0; round < 20; round++) {
      Chunk like = chunk(wait, null, 0, "0.003", "0.003", "0.003");
      Chunk chunk = new Chunk(like.id(), like.call(), 1, 0, 3, false, prompt, like.inputs());
      if (pool.run(chunk).told.size() == parts) {
        return true;
      }
    }
    return false;
  }

  @Test
  void aLongTaskDoesNotHideTheOutcomesOfThoseBeforeIt() throws Exception {
    Chunk like =
        chunk(
            function("import time\ndef f(s):\n    time.sleep(s)\n    return s"),
            null,
            0,
            "0",
            "3600");
    Chunk chunk = new Chunk(like.id(), like.call(), 1, 0, 2, false, false, like.inputs());
    HeardSink sink = pool.start(chunk);
    sink.awaitFirstOutcome();
    assertThat(sink.values).containsExactly(Map.entry(0, "0"));

    pool.pool.cancel(chunk.id());
    sink.awaitEnd();
    assertThat(sink.failures.values())
        .extracting(Failure::outcome)
        .containsExactly(Outcome.CANCELLED);
  }

  @Test
  void setupRunsOnceInAWorker() throws Exception {
    Function function =
        new Function.Python(
            "calls = 0\ndef up():\n    global calls\n    calls += 1\ndef f(x): return calls",
            "f",
            "up",
            false);
    assertThat(pool.run(function, "1", "2").values.values()).containsExactly("1", "1");
    assertThat(pool.run(function, "3").values.values()).containsExactly("1");
  }

  @Test
  void whatATaskPrintsIsItsOutput() throws Exception {
    HeardSink sink =
        pool.run(
            function(
                "import sys\ndef f(n):\n    if n: print('out', n); print('err', n, file=sys.stderr)\n    return n"),
            "0",
            "1",
            "0",
            "2");
    assertThat(sink.output.keySet()).containsExactly(1, 3);
    assertThat(sink.output(3).stdout()).isEqualTo("out 2\n");
    assertThat(sink.output(3).stderr()).isEqualTo("err 2\n");
    assertThat(sink.output(3).truncated()).isFalse();
  }

  @Test
  void outputIsCutAtItsBound() throws Exception {
    HeardSink sink = pool.run(function("def f(n):\n    print('x' * n)"), "1000000", "1");
    assertThat(sink.output(0).stdout()).hasSize(64 << 10);
    assertThat(sink.output(0).truncated()).isTrue();
    assertThat(sink.output(1).stdout()).isEqualTo("x\n");
  }

  @Test
  void valuesThatAreNoJsonFailAlone() throws Exception {
    HeardSink sink =
        pool.run(
            function(
                "def f(k): return [1, float('nan'), {1, 2}, {'a': float('inf')}, 'ok', 'x' * 2000000][k]"),
            "0",
            "1",
            "2",
            "3",
            "4",
            "5");
    assertThat(sink.failures.keySet()).containsExactly(1, 2, 3, 5);
    assertThat(sink.failures.values()).allMatch(failure -> failure.outcome() == Outcome.FAILED);
    assertThat(sink.failures.values())
        .extracting(failure -> failure.error().kind())
        .containsExactly("result", "result", "result", "limit");
    assertThat(sink.error(5).type()).isEqualTo("ValueLimit");
    assertThat(sink.error(2).message()).contains("set is not JSON serializable");
    assertThat(sink.error(5).message()).contains("at most 1048576 bytes");
    assertThat(sink.values).containsEntry(0, "1").containsEntry(4, "\"ok\"");
  }

  @Test
  void aListThatLaterTasksChangeIsSentAsItWas() throws Exception {
    String[] inputs = IntStream.range(0, 200).mapToObj(String::valueOf).toArray(String[]::new);
    HeardSink sink =
        pool.run(
            function("seen = []\ndef f(n):\n    seen.append(n)\n    return seen[-2:]"), inputs);
    assertThat(sink.values)
        .containsEntry(0, "[0]")
        .containsEntry(7, "[6,7]")
        .containsEntry(199, "[198,199]");
  }

  @Test
  void sourceThatDoesNotCompileFailsEveryTaskWithPythonsWords() throws Exception {
    HeardSink sink = pool.run(function("def f(n)\n    return n"), "1", "2");
    assertThat(sink.answered()).isEqualTo("0 1");
    assertThat(sink.error(1).kind()).isEqualTo("function");
    assertThat(sink.error(1).type()).isEqualTo("SyntaxError");
    assertThat(sink.error(1).traceback())
        .contains("File \"<source>\", line 1")
        .doesNotContain("manyhands");
    assertThat(sink.outcome(0)).isEqualTo(Outcome.FAILED);
  }

  @Test
  void sourceWithoutTheFunctionFailsEveryTask() throws Exception {
    HeardSink sink = pool.run(function("def g(n): return n"), "1");
    assertThat(sink.error(0).kind()).isEqualTo("function");
    assertThat(sink.error(0).message()).isEqualTo("the source defines no function 'f'");
  }

  @Test
  void aFunctionThatCannotBeLoadedCostsNoWorker() throws Exception {
    pool.run(function("import no_such_module\ndef f(n): return n"), "1");
    assertThat(pool.run(function("def f(n): return n"), "7").values.values()).containsExactly("7");
  }

  @Test
  void theServicesEnvironmentIsHidden() throws Exception {
    HeardSink sink = pool.run(function("import os\ndef f(n): return sorted(os.environ)"), "1");
    assertThat(sink.values.get(0))
        .isEqualTo(
            "[\"HOME\",\"LANG\",\"LC_ALL\",\"PATH\",\"PYTHONDONTWRITEBYTECODE\",\"TMPDIR\",\"TZ\"]");
  }

  @Test
  void callersNeverShareAWorker() throws Exception {
    Function function = function("import os\ndef f(n): return os.getpid()");
    String alice = pool.run(function, "1").values.get(0);
    assertThat(pool.run(function, "1").values.get(0)).isEqualTo(alice);
    var chunk = chunk(function, null, 0, "1");
    var call =
        new dev.manyhands.job.Call(
            chunk.call().job(), "bob", function, dev.manyhands.job.Timeouts.NONE);
    var bobs = new dev.manyhands.job.Chunk(chunk.id(), call, 1, 0, 1, chunk.inputs());
    assertThat(pool.run(bobs).values.get(0)).isNotEqualTo(alice);
  }
}
