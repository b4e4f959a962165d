package dev.manyhands.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.job.Timeouts;
import dev.manyhands.testkit.Wait;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The thread that runs tasks is the test's; how long one has run is what the test says.
class TimeLimitTest {
  private static final long HOUR = Duration.ofHours(1).toNanos();

  private final Watchdog watchdog = new Watchdog();
  private final CountDownLatch interrupted = new CountDownLatch(1);
  private final AtomicLong givenUp = new AtomicLong();

  @AfterEach
  void close() {
    watchdog.close();
  }

  private TimeLimit limit(RunningTask task, Duration grace) {
    return new TimeLimit(watchdog, task, givenUp::set, Timeouts.of(Duration.ofMillis(1)), grace);
  }

  private Thread heeding() {
    return Thread.ofPlatform()
        .daemon()
        .start(() -> {
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException e) {
            interrupted.countDown();
          }
        });
  }

  @Test
  void whoIsInterruptedLateHasItsGraceFromThen() {
    RunningTask task = new RunningTask(heeding());
    task.begin(System.nanoTime() - 10 * HOUR); // nobody could look for ten hours
    try (TimeLimit _ = limit(task, Duration.ofHours(1))) {
      Wait.until(interrupted, "it is interrupted");
      CountDownLatch looked = new CountDownLatch(1);
      var _ = watchdog.after(0, looked::countDown);
      Wait.until(looked, "that look is over");

      assertThat(givenUp).hasValue(0);
    }
  }

  @Test
  void whoHeedsNothingIsGivenUp() {
    RunningTask task = new RunningTask(heeding());
    task.begin(System.nanoTime());
    try (TimeLimit _ = limit(task, Duration.ofMillis(1))) {
      Wait.untilSeen("it is given up", () -> givenUp.get() == 1);
    }
    Wait.until(interrupted, "it was interrupted before");
  }
}
