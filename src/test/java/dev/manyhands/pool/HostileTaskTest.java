package dev.manyhands.pool;

import static dev.manyhands.pool.PoolUnderTest.chunk;
import static dev.manyhands.pool.PoolUnderTest.command;
import static dev.manyhands.pool.PoolUnderTest.function;
import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.job.Function;
import dev.manyhands.job.Outcome;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.util.unit.DataSize;

/// Tasks that flood, fork without end or leave in every way there is: each ends, as itself alone,
/// afterwards the next task works and no process is left.
@Timeout(180)
class HostileTaskTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(2);

  /// Root is not held to a number of processes, so the bombs of these tests stop at one.
  private static final int MOST = 200;

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

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "while True: print('x' * 10**6)",
        "while True: sys.stderr.write('x' * 10**6)",
        "while True: os.write(1, b'x' * 10**6)",
        "while True: os.write(2, b'x' * 10**6)",
      })
  void aFloodOfOutputIsBoundedAndEndsAtItsTimeout(String flood) throws Exception {
    // Which waits for a time that has a bound.
    HeardSink sink =
        pool.run(chunk(function("import os, sys\ndef f(n):\n    " + flood), TIMEOUT, 0, "0"));

    assertThat(sink.outcome(0)).isEqualTo(Outcome.TIMED_OUT);
  }

  @Test
  void whatAFloodLeavesIsCut() throws Exception {
    HeardSink sink =
        pool.start(
                chunk(
                    function("def f(n):\n    for _ in range(300): print('x' * 10**6)"),
                    null,
                    0,
                    "0"))
            .awaitEnd(120);

    assertThat(sink.output(0).truncated()).isTrue();
    assertThat(sink.output(0).stdout().length()).isLessThanOrEqualTo(64 << 10);
  }

  @Test
  void aCommandThatFloodsItsStandardErrorEndsAtItsTimeout() throws Exception {
    HeardSink sink = pool.run(chunk(command("sh", "-c", "cat /dev/zero >&2"), TIMEOUT, 0, "0"));

    assertThat(sink.outcome(0)).isEqualTo(Outcome.TIMED_OUT);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "os._exit(0)|CRASHED",
        "sys.exit(3)|FAILED",
        "os.abort()|CRASHED",
        "ctypes.string_at(0)|CRASHED",
        "deep(0)|FAILED",
        "leave()|FAILED",
        "interrupt()|FAILED",
        "nested(10**5)|FAILED",
      })
  void everyWayOutCostsItsTaskAlone(String deed, Outcome outcome) throws Exception {
    HeardSink sink =
        pool.run(
            function(
                "import ctypes, json, os, sys, time\ndef deep(n): return deep(n + 1)\n"
                    + "def leave(): raise SystemExit\ndef interrupt(): raise KeyboardInterrupt\n"
                    + "def nested(n):\n    l = []\n    for _ in range(n): l = [l]\n    return json.dumps(l)\n"
                    // Long enough that the first one is answered before the second one begins.
                    + "def f(n):\n    time.sleep(0.005)\n    if n == 1: "
                    + deed
                    + "\n    return n"),
            "0",
            "1");
    assertThat(sink.values).containsEntry(0, "0");
    assertThat(sink.outcome(1)).isEqualTo(outcome);
  }

  @Test
  void aForkBombIsGoneSoonAfterItsTimeout() throws Exception {
    Function bomb =
        function(
            "import os, time\ndef f(n):\n    for i in range("
                + MOST
                + "):\n        if os.fork() == 0:\n            os.setsid()\n            while True: time.sleep(60)\n    time.sleep(600)");
    // Which waits for a time that is far below what the bomb takes by itself.
    HeardSink sink = pool.run(chunk(bomb, TIMEOUT, 0, "0"));

    assertThat(sink.outcome(0)).isEqualTo(Outcome.TIMED_OUT);
  }

  @Test
  void aBombOfAShellIsGoneWithItsTask() throws Exception {
    String bomb = "i=0; while [ $i -lt " + MOST / 2 + " ]; do sleep 600 & i=$((i+1)); done; wait";
    HeardSink sink = pool.run(chunk(command("sh", "-c", bomb), TIMEOUT, 0, "0"));

    assertThat(sink.outcome(0)).isEqualTo(Outcome.TIMED_OUT);
  }

  @Test
  void aThreadBombIsGoneWithItsTask() throws Exception {
    Function bomb =
        function(
            "import threading, time\ndef f(n):\n    for i in range("
                + MOST
                + "): threading.Thread(target=time.sleep, args=(600,), daemon=True).start()\n    time.sleep(600)");
    HeardSink sink = pool.run(chunk(bomb, TIMEOUT, 0, "0"));

    assertThat(sink.outcome(0)).isEqualTo(Outcome.TIMED_OUT);
  }

  @Test
  void aSourceThatPrintsWhileItIsLoadedHarmsNoFrame() throws Exception {
    HeardSink sink =
        pool.run(
            function(
                "import os, sys\nprint('x' * 10**6)\nos.write(1, b'y' * 10**6)\ndef f(n): return n"),
            "7");
    assertThat(sink.values).containsEntry(0, "7");
  }

  @Test
  void aHogOfTheDiskEndsAtItsLimitAndItsFilesGo() throws Exception {
    pool.close();
    ProcessSettings usual = PoolUnderTest.PATIENT;
    pool =
        new PoolUnderTest(
            1,
            new ProcessSettings(
                0,
                usual.startTimeout(),
                usual.maxValue(),
                usual.maxOutput(),
                new TaskLimits(null, null, DataSize.ofMegabytes(8), null, null)));
    Function hog =
        function(
            "import os\ndef f(n):\n    if n == 2: return os.listdir('.')\n    for i in range(1000): open(f's{i}', 'w').close()\n"
                + "    with open('big', 'wb') as file:\n        if n == 0: file.truncate(100 << 30)\n        while True: file.write(bytes(1 << 20))");
    HeardSink sink = pool.run(hog, "0", "1", "2");

    assertThat(sink.error(0).type()).isEqualTo("FileSizeLimit");
    assertThat(sink.error(1).type()).isEqualTo("FileSizeLimit");
    assertThat(sink.values).containsEntry(2, "[]");
  }
}
