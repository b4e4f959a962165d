package dev.manyhands.pool;

import static dev.manyhands.pool.PoolUnderTest.command;
import static dev.manyhands.pool.PoolUnderTest.function;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.manyhands.job.Outcome;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.util.unit.DataSize;

/// A task that wants more than its pool allows fails by the name of the limit, and the next one
/// works.
@Timeout(180)
class TaskLimitsTest {
  /// Time enough to compute on a slow machine what is too much in another way.
  private static final TaskLimits LIMITS = limits(Duration.ofSeconds(60));

  private static TaskLimits limits(Duration cpuTime) {
    return new TaskLimits(DataSize.ofMegabytes(256), cpuTime, DataSize.ofMegabytes(2), 64, 1024);
  }

  private PoolUnderTest pool;

  @BeforeEach
  void open() throws Exception {
    pool = within(LIMITS);
  }

  /// A pool whose tasks may compute for a second.
  private void hurry() throws Exception {
    pool.close();
    pool = within(limits(Duration.ofSeconds(1)));
  }

  private static PoolUnderTest within(TaskLimits limits) throws Exception {
    ProcessSettings usual = PoolUnderTest.PATIENT;
    return new PoolUnderTest(
        1,
        new ProcessSettings(0, usual.startTimeout(), usual.maxValue(), usual.maxOutput(), limits));
  }

  @AfterEach
  void theNextTaskWorks() throws Exception {
    try (PoolUnderTest open = pool) {
      assertThat(open.run(function("def f(n): return -n"), "1").values).containsEntry(0, "-1");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "bytearray(10 ** 12)|MemoryLimit",
        "[bytearray(10 ** 6) for _ in range(1000)]|MemoryLimit",
        // Their stacks are what is too much: of threads it might have more.
        "[__import__('_thread').start_new_thread(__import__('time').sleep, (9,)) for _ in range(500)]|MemoryLimit",
        "open('f', 'wb').write(bytes(3 << 20))|FileSizeLimit",
        "[open('/dev/null') for _ in range(100)]|OpenFilesLimit",
      })
  void aPythonTaskFailsByTheNameOfTheLimit(String deed, String limit) throws Exception {
    HeardSink sink =
        pool.run(
            function("def f(n):\n    if n == 1:\n        kept = " + deed + "\n    return n"),
            "0",
            "1",
            "2");
    assertThat(sink.outcome(1)).isEqualTo(Outcome.FAILED);
    assertThat(sink.error(1).kind()).isEqualTo("limit");
    assertThat(sink.error(1).type()).isEqualTo(limit);
    assertThat(sink.values).containsEntry(2, "2");
  }

  /// No worker dies of it, so it says why and runs once.
  @ParameterizedTest
  @CsvSource({"90, ValueLimit", "150, MemoryLimit"})
  void aValueThatNoMemoryIsLeftToSendFailsByTheNameOfTheLimit(int megabytes, String limit)
      throws Exception {
    HeardSink sink =
        pool.run(
            function("def f(n): return 'x' * (n << 20) if n else n"), "0", "" + megabytes, "0");
    assertThat(sink.error(1).type()).isEqualTo(limit);
    assertThat(sink.values).containsEntry(2, "0");
  }

  @Test
  void aPythonTaskThatComputesForTooLongFailsByTheNameOfTheLimit() throws Exception {
    hurry();
    HeardSink sink = pool.run(function("def f(n):\n    while True: pass"), "0");
    assertThat(sink.outcome(0)).isEqualTo(Outcome.FAILED);
    assertThat(sink.error(0).type()).isEqualTo("CpuTimeLimit");
  }

  @Test
  void manyTasksBelowTheLimitMayComputeLongerThanIt() throws Exception {
    hurry();
    HeardSink sink =
        pool.run(
            function(
                "import time\ndef f(n):\n    end = time.process_time() + 0.5\n    while time.process_time() < end: pass\n    return n"),
            "0",
            "1",
            "2",
            "3",
            "4",
            "5",
            "6",
            "7");
    assertThat(sink.failures).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      value = {
        "while :; do :; done!CpuTimeLimit",
        "head -c 3000000 /dev/zero > f!FileSizeLimit",
        // Bounded also where the limit is not.
        "dd if=/dev/zero of=/dev/null bs=1000000000 count=1!MemoryLimit",
      })
  void aCommandFailsByTheNameOfTheLimit(String line, String limit) throws Exception {
    hurry();
    HeardSink sink = pool.run(command("sh", "-c", line), "1");
    assertThat(sink.outcome(0)).isEqualTo(Outcome.FAILED);
    assertThat(sink.error(0).kind()).isEqualTo("limit");
    assertThat(sink.error(0).type()).isEqualTo(limit);
    assertThat(sink.error(0).exit()).isNotNull();
  }

  @Test
  void whatAPoolDoesNotSayIsAsForAll() {
    TaskLimits own = new TaskLimits(null, null, DataSize.ofBytes(0), null, 99);
    assertThat(own.orElse(LIMITS).numbers())
        .containsEntry("memory", 256L << 20)
        .containsEntry("processes", 99L)
        .doesNotContainKey("file-size");
  }

  @Test
  void aLimitThatNoProgramCouldRunInIsRefused() {
    assertThatThrownBy(() -> new TaskLimits(DataSize.ofMegabytes(1), null, null, null, null))
        .hasMessage("limits.memory: expected 0 for none, or at least 64MB, got: 1");
  }
}
