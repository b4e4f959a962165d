package dev.manyhands.pool;

import static dev.manyhands.pool.PoolUnderTest.chunk;
import static dev.manyhands.pool.PoolUnderTest.function;
import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.job.Chunk;
import dev.manyhands.job.Function;
import dev.manyhands.job.Outcome;
import dev.manyhands.job.TaskError;
import java.time.Duration;
import java.util.Collections;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A worker process that dies, lies or hangs costs the task that it ran, and nothing else:
/// afterwards the next task works and no process is left.
@Timeout(180)
class WorkerFaultTest {
  /// Where a load hangs: enough for a start, on a machine that does ten other things too.
  private static final ProcessSettings HASTY = PoolUnderTest.starting(Duration.ofSeconds(15));

  private PoolUnderTest pool;

  @BeforeEach
  void open() throws Exception {
    pool = new PoolUnderTest(1);
  }

  @AfterEach
  void nextTaskWorksAndNothingIsLeft() throws Exception {
    try (PoolUnderTest open = pool) {
      assertThat(open.run(function("def f(n): return -n"), "1").values).containsEntry(0, "-1");
    }
  }

  @Test
  void exitCrashesTheTaskThatRanAndItsNeighboursKeepTheirResults() throws Exception {
    HeardSink sink =
        pool.run(
            chunk(
                function(
                    "import os, sys, time\ndef f(n):\n    time.sleep(0.001)\n    if n == 3:\n"
                        + "        print('last words', file=sys.stderr)\n        os._exit(7)\n    return n"),
                null,
                10,
                "1",
                "2",
                "3",
                "4"));
    assertThat(sink.values).containsEntry(10, "1").containsEntry(11, "2").hasSize(3);
    assertThat(sink.outcome(12)).isEqualTo(Outcome.CRASHED);
    assertThat(sink.error(12).kind()).isEqualTo("crash");
    assertThat(sink.error(12).message())
        .isEqualTo("the worker process exited with code 7 while the task ran");
    assertThat(Objects.requireNonNull(sink.error(12).exit()).code()).isEqualTo(7);
    assertThat(Objects.requireNonNull(sink.error(12).exit()).stderr()).isEqualTo("last words\n");
  }

  @Test
  void aCrashSaysHowMuchMemoryTheWorkerHad() throws Exception {
    HeardSink sink =
        pool.run(
            function(
                "import os\ndef f(n):\n    kept = bytearray(100 << 20)\n    os.kill(os.getpid(), 9)"),
            "0");
    TaskError.Exit exit = Objects.requireNonNull(sink.error(0).exit());
    assertThat(exit.peakMemoryBytes()).isBetween(100L << 20, 200L << 20);
  }

  @Test
  void aPoolLearnsHowMuchMemoryAFunctionWants() throws Exception {
    Function hungry =
        function("import os\ndef f(n):\n    x = bytearray(n << 20)\n    if n == 1: os._exit(1)");
    pool.run(hungry, "0", "100", "0");
    pool.run(function("def modest(n): return n\nf = modest"), "0");
    pool.run(hungry, "0", "1");
    assertThat(pool.pool.memory())
        .singleElement()
        .satisfies(seen -> assertThat(seen.function()).isEqualTo(hungry.label()))
        .satisfies(seen -> assertThat(seen.peakMemoryBytes()).isBetween(100L << 20, 200L << 20));
  }

  @Test
  void aDeathIsCountedAndAnOrderToEndIsNot() throws Exception {
    pool.run(function("import os\ndef f(n):\n    os._exit(1)"), "0");
    pool.run(function("import os\ndef f(n):\n    os.kill(os.getpid(), 9)"), "0");
    Chunk chunk = chunk(function("import time\ndef f(n):\n    time.sleep(60)"), null, 0, "0");
    HeardSink cancelled = pool.start(chunk);
    pool.pool.cancel(chunk.id());
    cancelled.awaitEnd();

    assertThat(pool.pool.turnover().deaths()).isEqualTo(2);
  }

  @Test
  void tinyTasksBlameTheRightOneToo() throws Exception {
    HeardSink sink =
        pool.run(
            function("import os\ndef f(n):\n    if n == 5: os._exit(1)\n    return n"),
            "0",
            "1",
            "2",
            "3",
            "4",
            "5",
            "6");
    assertThat(sink.outcome(5)).isEqualTo(Outcome.CRASHED);
    assertThat(sink.failures).hasSize(1);
    assertThat(sink.values).doesNotContainKey(6);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "os.kill(os.getpid(), signal.SIGKILL)|SIGKILL",
        "ctypes.string_at(0)|SIGSEGV",
        "os.abort()|SIGABRT",
      })
  void aSignalIsNamed(String deed, String signal) throws Exception {
    HeardSink sink =
        pool.run(
            function("import os, signal, ctypes\ndef f(n):\n    if n: " + deed + "\n    return n"),
            "0",
            "1",
            "2");
    assertThat(sink.outcome(1)).isEqualTo(Outcome.CRASHED);
    assertThat(Objects.requireNonNull(sink.error(1).exit()).signal()).isEqualTo(signal);
    assertThat(sink.values).doesNotContainKey(2);
  }

  @Test
  void garbageOnEveryOpenDescriptorIsACrash() throws Exception {
    HeardSink sink =
        pool.run(
            function(
                """
                import os, time
                def f(n):
                    time.sleep(0.01)  # long enough that its outcome is sent at once: the garbage also hits the shelf
                    if n == 1:
                        for fd in range(3, 100):
                            try: os.write(fd, b'\\xff' * 1000)
                            except OSError: pass
                        time.sleep(60)
                    return n
                """),
            "0",
            "1",
            "2");
    assertThat(sink.values).containsEntry(0, "0");
    assertThat(sink.outcome(1)).isEqualTo(Outcome.CRASHED);
    assertThat(sink.error(1).message()).contains("because it sent a frame of 4294967295 bytes");
  }

  /// The frame of outcomes that a task may forge: index, count, lines.
  private static final String FORGE =
      """
      import gc, socket, struct, time
      def send(first, count, lines, spans=None):
          sock = next(o for o in gc.get_objects() if type(o) is socket.socket)
          body = struct.pack('<IIIIII', first, count, len(lines), 1, 0, 0) + lines + struct.pack('<QQ', spans or count, 5)
          sock.sendall(struct.pack('<IB', len(body), 18) + body)
          time.sleep(60)
      """;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "send(0, 1, b'7\\n')|from index 0, expected from 101",
        "send(102, 1, b'7\\n')|from index 102, expected from 101",
        "send(100, 1, b'7\\n')|from index 100, expected from 101",
        "send(101, 100, b'7\\n' * 100)|outcomes of 100 tasks",
        "send(101, 0, b'')|outcomes of 0 tasks",
        "send(101, 1, b'7\\n8\\n')|not 1 values",
        "send(101, 1, b'[\\n')|not JSON",
        "send(101, 1, b'{\"a\":NaN}\\n')|not JSON",
        "send(101, 1, b'\"\\xc0\\x80\"\\n')|not UTF-8",
        "send(101, 1, b'\"abc')|not JSON",
        "send(101, 1, b'7\\n', 2)|a time span of 2 tasks",
      })
  void forgedOutcomesAreRefused(String forgery, String violation) throws Exception {
    HeardSink sink =
        pool.run(
            chunk(
                function(
                    FORGE
                        + "def f(n):\n    if n == 1: "
                        + forgery
                        + "\n    time.sleep(0.003)\n    return n"),
                null,
                100,
                "0",
                "1",
                "2"));
    assertThat(sink.values).containsEntry(100, "0").doesNotContainKey(102);
    assertThat(sink.outcome(101)).isEqualTo(Outcome.CRASHED);
    assertThat(sink.error(101).message()).contains(violation);
  }

  @Test
  void aWorkerThatDiesBetweenChunksCostsNoTask() throws Exception {
    Function function = function("import os\ndef f(n): return os.getpid()");
    String pid = Objects.requireNonNull(pool.run(function, "0").values.get(0));
    ProcessHandle worker = ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
    assertThat(worker.destroyForcibly()).isTrue();
    worker.onExit().join();
    HeardSink sink = pool.run(function, "0");
    assertThat(sink.failures).isEmpty();
    assertThat(sink.values.get(0)).isNotEqualTo(pid);
  }

  @Test
  void aTaskOverItsTimeoutIsEndedAndTheRestNotStarted() throws Exception {
    HeardSink sink =
        pool.run(
            chunk(
                function("import time\ndef f(n):\n    time.sleep(n)\n    return n"),
                // Time enough for the neighbour.
                Duration.ofSeconds(8),
                0,
                "0.01",
                "60",
                "0.01"));
    assertThat(sink.values).containsEntry(0, "0.01").hasSize(2);
    assertThat(sink.outcome(1)).isEqualTo(Outcome.TIMED_OUT);
    assertThat(sink.error(1).kind()).isEqualTo("timeout");
  }

  @Test
  void aStoppedProcessIsTimedOut() throws Exception {
    HeardSink sink =
        pool.run(
            chunk(
                function("import os, signal\ndef f(n): os.kill(os.getpid(), signal.SIGSTOP)"),
                Duration.ofMillis(300),
                0,
                "0"));
    assertThat(sink.outcome(0)).isEqualTo(Outcome.TIMED_OUT);
  }

  @Test
  void manyTasksBelowTheTimeoutTakeLongerThanIt() throws Exception {
    HeardSink sink =
        pool.run(
            chunk(
                function("import time\ndef f(n):\n    time.sleep(0.3)\n    return n"),
                Duration.ofSeconds(8),
                0,
                Collections.nCopies(30, "0").toArray(String[]::new)));
    assertThat(sink.failures).isEmpty();
    assertThat(sink.values).hasSize(30);
  }

  @Test
  void cancelEndsTheRunningTask() throws Exception {
    Chunk chunk =
        chunk(
            function("import time\ndef f(n):\n    time.sleep(n)\n    return n"),
            null,
            0,
            "0.1",
            "60",
            "60");
    HeardSink sink = pool.start(chunk);
    sink.awaitFirstOutcome();
    pool.pool.cancel(chunk.id());
    sink.awaitEnd();
    assertThat(sink.values).containsEntry(0, "0.1").doesNotContainKey(2);
  }

  @Test
  void aLoadThatHangsFailsTheTasks() throws Exception {
    pool.close();
    pool = new PoolUnderTest(1, HASTY);
    HeardSink sink =
        pool.run(function("import time\ntime.sleep(60)\ndef f(n): return n"), "0", "1");
    assertThat(sink.error(1).kind()).isEqualTo("function");
    assertThat(sink.error(1).type()).isEqualTo("LoadTimedOut");
  }

  @Test
  void aLoadThatDiesFailsTheTasks() throws Exception {
    HeardSink sink = pool.run(function("import os\nos._exit(9)\ndef f(n): return n"), "0");
    assertThat(sink.error(0).kind()).isEqualTo("function");
    assertThat(sink.error(0).message())
        .isEqualTo("the worker process exited with code 9 while it loaded the function");
  }

  @Test
  void aLoadThatDeniesThatItTookPlaceFailsTheTasksAndNotThePool() throws Exception {
    HeardSink sink =
        pool.run(
            function(
                """
                import gc, os, sys
                Channel = sys.modules['manyhands_worker.channel'].Channel
                next(one for one in gc.get_objects() if type(one) is Channel).cell[1] = -1
                os._exit(3)
                """),
            "0",
            "1");
    assertThat(sink.error(0).type()).isEqualTo("WorkerEnded");
    assertThat(sink.error(1).type()).isEqualTo("WorkerEnded");
    assertThat(pool.pool.problem()).isEmpty();
  }

  @Test
  void aForkThatKeepsTheSocketOpenDoesNotHoldTheChunk() throws Exception {
    HeardSink sink =
        pool.run(
            function(
                """
                import gc, os, socket, time
                def f(n):
                    sock = next(o for o in gc.get_objects() if type(o) is socket.socket)
                    kept = os.dup(sock.fileno())
                    if os.fork() == 0:
                        time.sleep(2)
                        os._exit(0)
                    os._exit(3)
                """),
            "0");
    assertThat(sink.outcome(0)).isEqualTo(Outcome.CRASHED);
    assertThat(Objects.requireNonNull(sink.error(0).exit()).code()).isEqualTo(3);
  }

  @Test
  void aTaskThatTruncatesTheCellKillsOnlyItself() throws Exception {
    // With walls it is refused.
    pool.close();
    pool = new PoolUnderTest(1, PoolUnderTest.PATIENT, PoolUnderTest.python(), Sandbox.NONE);
    HeardSink sink =
        pool.run(
            function(
                """
                import os
                def f(n):
                    if n == 1:
                        for line in open('/proc/self/maps'):
                            path = line.split()[-1]
                            if '/mh-' in path: os.truncate(path, 0)
                    return n
                """),
            "0",
            "1",
            "2");
    assertThat(sink.failures.values())
        .hasSize(1)
        .allMatch(failure -> failure.outcome() == Outcome.CRASHED);
  }

  @Test
  void closedStandardStreamsDisturbNothing() throws Exception {
    HeardSink sink =
        pool.run(
            function(
                "import os\ndef f(n):\n    for fd in (0, 1, 2): os.close(fd)\n    print(n)\n    return n"),
            "5");
    assertThat(sink.values).containsEntry(0, "5");
    assertThat(sink.output(0).stdout()).isEqualTo("5\n");
  }
}
