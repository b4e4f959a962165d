package dev.manyhands.pool;

import dev.manyhands.job.Timeouts;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/// Interrupts each task of a running chunk when it is to be asked to end and when its time is over,
/// and gives it up when it does not heed that for a grace, which begins with the interrupt, however
/// late that comes. Looks once a timeout, not once a task, and sets itself up again.
final class TimeLimit implements AutoCloseable {
  private final Watchdog watchdog;
  private final RunningTask running;
  private final LongConsumer giveUp;

  /// After how long a task is interrupted, in order.
  private final long[] interrupts;

  private final long grace;

  private volatile boolean over;
  private volatile @Nullable Future<?> nextLook;

  // Touched by the watchdog's thread only.
  private long serial;
  private int done;
  private long lastAt;

  /// Starts to look.
  ///
  /// @param giveUp gives up the task of this number
  /// @param grace between the last interrupt of a task and giving it up
  TimeLimit(
      Watchdog watchdog,
      RunningTask running,
      LongConsumer giveUp,
      Timeouts timeouts,
      Duration grace) {
    this.watchdog = watchdog;
    this.running = running;
    this.giveUp = giveUp;
    this.grace = grace.toNanos();
    long hard = nanos(timeouts.hard());
    long soft = timeouts.soft() == null ? hard : nanos(timeouts.soft());
    // With one timeout only, one interrupt.
    this.interrupts = soft < hard ? new long[] {soft, hard} : new long[] {hard};
    lookAfter(interrupts[0]);
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
    long next = ran < 0 ? interrupts[0] : act(ran);
    if (!running.isGivenUp()) {
      // The next task may begin at any time.
      lookAfter(Math.min(interrupts[0], next));
    }
  }

  /// @param ran for how long the task has run
  /// @return after how long there is more to do about it
  private long act(long ran) {
    for (; done < interrupts.length && ran >= interrupts[done]; done++) {
      running.interrupt(serial);
      lastAt = System.nanoTime();
    }
    if (done < interrupts.length) {
      return interrupts[done] - ran;
    }
    long left = grace - (System.nanoTime() - lastAt);
    if (left > 0) {
      return left;
    }
    giveUp.accept(serial);
    return interrupts[0]; // of a pool that closes, nothing is given up
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
