package dev.manyhands.dispatch;

import dev.manyhands.job.Rate;
import java.time.Duration;

/// How many tasks may start now without the rate being exceeded: in any time t, at most what the
/// rate allows in t and [#burst] more. Time is told; only the scheduler touches it.
///
/// Kept as one number, the time at which the bucket is full again (the generic cell rate algorithm,
/// ITU-T I.371).
final class TokenBucket {
  /// As many tasks may start at once as the rate allows in this time, so that a high rate does not
  /// need a hand-over a task.
  private static final long BURST_NANOS = Duration.ofMillis(100).toNanos();

  private final Rate rate;
  private final long nanosPerTask;
  private final int burst;
  private long fullAt;

  /// When something was last taken: what was taken before cannot be given back, since the time that
  /// paid for it cannot.
  private long lastTaken = Long.MIN_VALUE;

  /// Full.
  TokenBucket(Rate rate, long now) {
    this.rate = rate;
    this.nanosPerTask = -Math.floorDiv(-rate.per().toNanos(), rate.tasks());
    this.burst = (int) Math.max(1, BURST_NANOS / nanosPerTask);
    this.fullAt = now;
  }

  /// One of another rate that lets no more start now than this one does.
  TokenBucket at(Rate other, long now) {
    TokenBucket bucket = new TokenBucket(other, now);
    bucket.take(bucket.burst - Math.min(bucket.burst, available(now)), now);
    bucket.lastTaken = Long.MIN_VALUE; // nothing that this one gave can be given back to it
    return bucket;
  }

  Rate rate() {
    return rate;
  }

  int burst() {
    return burst;
  }

  /// Tasks that may start now, 0 or more.
  int available(long now) {
    long owed = Math.max(0, fullAt - now);
    return (int) Math.max(0, Math.floorDiv(burst * nanosPerTask - owed, nanosPerTask));
  }

  /// When [#available] is 1 or more.
  long due() {
    return fullAt - (burst - 1) * nanosPerTask;
  }

  boolean isFull(long now) {
    return fullAt <= now;
  }

  /// So many tasks start; no more than are available.
  void take(int tasks, long now) {
    fullAt = Math.max(fullAt, now) + tasks * nanosPerTask;
    lastTaken = now;
  }

  /// So many of those that were taken at this time did not start. They are lost if more has been
  /// taken since: a little less than the rate, never more.
  void giveBack(int tasks, long taken) {
    if (lastTaken == taken) {
      fullAt -= tasks * nanosPerTask;
    }
  }
}
