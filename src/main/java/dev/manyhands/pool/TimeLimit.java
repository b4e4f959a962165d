package dev.manyhands.pool;

import dev.manyhands.job.Timeouts;
import java.time.Duration;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/// Interrupts each task of a running chunk when it is to be asked to end and when its time is over,
/// and gives it up when it does not heed that for a grace. Looks once a timeout, not once a task,
/// and sets itself up again.
final class TimeLimit implements AutoCloseable {
  private final Watchdog watchdog;
  private final ChunkRun run;
  private final RunningTask running;

  /// What happens to a task, in order: after how long.
  private final long[] steps;

  private volatile boolean over;
  private volatile @Nullable Future<?> nextLook;

  // Touched by the watchdog's thread only.
  private long serial;
  private int done;

  /// Starts to look.
  ///
  /// @param grace between the end of a task's time and giving it up
  TimeLimit(
      Watchdog watchdog, ChunkRun run, RunningTask running, Timeouts timeouts, Duration grace) {
    this.watchdog = watchdog;
    this.run = run;
    this.running = running;
    long hard = nanos(timeouts.hard());
    long soft = timeouts.soft() == null ? hard : nanos(timeouts.soft());
    this.steps = new long[] {soft, hard, hard + grace.toNanos()};
    lookAfter(steps[0]);
  }

  private static long nanos(@Nullable Duration duration) {
    // Far away, and no sum overflows.
    return duration == null ? Long.MAX_VALUE / 4 : duration.toNanos();
  }

  private void lookAfter(long nanos) {
    Future<?> look = watchdog.after(nanos, this::look);
    nextLook = look;
    if (over) {
      // Closed meanwhile, by someone who did not see this look.
      look.cancel(false);
    }
  }

  private void look() {
    if (over) {
      return;
    }
    long now = running.running();
    if (now != serial) {
      serial = now;
      done = 0;
    }
    long ran = serial == 0 ? -1 : running.ranNanos(serial, System.nanoTime());
    while (done < steps.length && ran >= steps[done]) {
      act(done++);
    }
    if (!running.isGivenUp()) {
      // The next task may begin at any time.
      boolean goesOn = ran >= 0 && done < steps.length;
      lookAfter(goesOn ? Math.min(steps[0], steps[done] - ran) : steps[0]);
    }
  }

  private void act(int step) {
    if (step == steps.length - 1) {
      run.giveUp(serial);
    } else if (step == 0 || steps[0] < steps[1]) {
      // With one timeout only, one interrupt.
      running.interrupt(serial);
    }
  }

  @Override
  public void close() {
    over = true;
    Future<?> look = nextLook;
    if (look != null) {
      look.cancel(false);
    }
  }
}
