package dev.manyhands.pool;

import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/// Interrupts each task of a running chunk that exceeds the timeout. Looks once a timeout, not once
/// a task, and sets itself up again.
final class TimeLimit implements AutoCloseable {
  private final Watchdog watchdog;
  private final RunningTask running;
  private final long limitNanos;
  private volatile boolean over;
  private volatile @Nullable Future<?> nextLook;

  /// Starts to look.
  TimeLimit(Watchdog watchdog, RunningTask running, long limitNanos) {
    this.watchdog = watchdog;
    this.running = running;
    this.limitNanos = limitNanos;
    lookAfter(limitNanos);
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
    if (!over) {
      lookAfter(running.interruptIfOlder(limitNanos, System.nanoTime()));
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
