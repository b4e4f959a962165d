package dev.manyhands.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.job.Function;
import dev.manyhands.job.Outcome;
import dev.manyhands.job.TaskError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/// Worker processes keep the contract of all pools.
final class ProcessPoolTest extends WorkerPoolContract {
  private static final Watchdog WATCHDOG = new Watchdog();

  @AfterAll
  static void closeWatchdog() {
    WATCHDOG.close();
  }

  @Override
  WorkerPool open(int size) {
    try {
      return new ProcessPool(
          "processes",
          size,
          PoolUnderTest.PATIENT,
          new ProcessPool.Shared(
              PoolUnderTest.python(), PoolUnderTest.hardened(List.of()), WATCHDOG));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  Function square() {
    return PoolUnderTest.function("def f(n): return n * n");
  }

  @Override
  Function failsAt13() {
    return PoolUnderTest.function(
        "def f(n):\n    if n == 13: raise ValueError('thirteen')\n    return n");
  }

  @Override
  Function sleep() {
    return PoolUnderTest.function("import time\ndef f(n):\n    time.sleep(n / 1000)\n    return n");
  }

  @Override
  boolean isWorkerEnded(TaskError cancelled) {
    return !cancelled.message().contains("ended when it was asked to");
  }

  /// A process that runs a task for too long is ended, so the tasks after it are not started.
  @Test
  @Override
  void aTaskOverItsTimeoutIsTimedOutAndTheRestGoesOn() {
    pool().offer(chunk(sleep(), 0, Duration.ofSeconds(8), 0, 3_600_000, 0, 1), sink());
    sink().untilEnded(1);
    assertThat(sink().task(0).outcome()).isEqualTo(Outcome.SUCCEEDED);
    assertThat(sink().failure(1).outcome()).isEqualTo(Outcome.TIMED_OUT);
    assertThat(sink().failure(1).error().kind()).isEqualTo("timeout");
    assertThat(sink().tasks()).hasSize(2);
    assertWorks();
  }
}
