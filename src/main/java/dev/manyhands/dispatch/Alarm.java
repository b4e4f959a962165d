package dev.manyhands.dispatch;

import java.util.OptionalLong;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Tells the [Engine] when the scheduler has something to do by itself. One thread at a time sets
/// it.
final class Alarm implements AutoCloseable {
  private final ScheduledThreadPoolExecutor timer =
      new ScheduledThreadPoolExecutor(1, Alarm::timerThread);
  private final Runnable ring;

  private long armedFor = Long.MAX_VALUE;
  private @Nullable ScheduledFuture<?> armed;

  private volatile boolean closed;

  /// @param ring what is called, on a thread of its own; it calls [#rung] first when it is at work
  Alarm(Runnable ring) {
    this.ring = ring;
    timer.setRemoveOnCancelPolicy(true);
    // Whoever sets it just when it is closed need not be told.
    timer.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
  }

  private static Thread timerThread(Runnable work) {
    return Thread.ofPlatform().name("dispatch-timer").daemon().unstarted(work);
  }

  /// Rings at that time, or earlier if it was set so before.
  ///
  /// @param due on the clock of [System#nanoTime]; none: nothing is due
  void set(OptionalLong due) {
    if (closed || due.isEmpty() || due.getAsLong() >= armedFor) {
      return;
    }
    if (armed != null) {
      armed.cancel(false);
    }
    armedFor = due.getAsLong();
    long wait = Math.max(0, armedFor - System.nanoTime());
    armed = timer.schedule(ring, wait, TimeUnit.NANOSECONDS);
  }

  /// It has rung, and rings again only when it is set.
  void rung() {
    armedFor = Long.MAX_VALUE;
  }

  /// It never rings again.
  @Override
  public void close() {
    closed = true;
    timer.shutdownNow();
  }
}
