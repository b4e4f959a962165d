package dev.manyhands.cluster;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.concurrent.TimeUnit;

/// Wakes those who wait for something to change. No change is missed: who looks first notes how
/// many there were, looks, and then waits for another one.
final class Changes {
  @GuardedBy("this")
  private long count;

  synchronized void tell() {
    count++;
    notifyAll();
  }

  /// How many there were.
  synchronized long seen() {
    return count;
  }

  /// Returns when there were more than these, or at that time.
  synchronized void await(long seen, long endNanos) throws InterruptedException {
    for (long left = endNanos - System.nanoTime();
        count == seen && left > 0;
        left = endNanos - System.nanoTime()) {
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
  }
}
