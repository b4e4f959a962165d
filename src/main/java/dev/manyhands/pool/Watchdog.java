package dev.manyhands.pool;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// One thread that looks at running chunks when their time has come. What it runs is short and
/// never waits.
final class Watchdog implements AutoCloseable {
  private final ScheduledThreadPoolExecutor timer =
      new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().daemon().name("watchdog").factory());

  Watchdog() {
    timer.setRemoveOnCancelPolicy(true);
    // After close nothing runs that would have to be looked at.
    timer.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
  }

  Future<?> after(long nanos, Runnable look) {
    return timer.schedule(look, nanos, TimeUnit.NANOSECONDS);
  }

  /// Looks again and again until it is cancelled; a look must not throw.
  Future<?> every(Duration pause, Runnable look) {
    return timer.scheduleWithFixedDelay(
        look, pause.toNanos(), pause.toNanos(), TimeUnit.NANOSECONDS);
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
