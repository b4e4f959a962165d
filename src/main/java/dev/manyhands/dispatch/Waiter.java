package dev.manyhands.dispatch;

import java.time.Duration;
import java.util.List;

/// Tasks that take the same permits, all of them at once or none. Only the scheduler touches it.
///
/// Nobody starves and nobody waits for each other in a circle: a waiter queues for all of its
/// permits at the same moment, so the one that has waited longest is the first in each of its
/// queues. A permit is kept for it if it can go at once, which wastes nothing; or if it has waited
/// for [#PATIENCE_NANOS] and only other permits or a worker are missing. Until then others may
/// pass, so that no permit idles because its next holder waits for something else.
abstract class Waiter {
  /// How long others may pass before permits idle for a waiter's sake.
  static final long PATIENCE_NANOS = Duration.ofSeconds(1).toNanos();

  /// What it queues for; nothing: it does not wait.
  private List<Permits> queuedFor = List.of();

  private long since;

  /// What it takes one each of, in the order of the limits' names.
  abstract List<Permits> permits(long now);

  /// Whether it could run a task if it had the permits.
  abstract boolean isReady();

  /// Whether a worker is there that would run it.
  abstract boolean hasWorker(long now);

  /// Whether a permit of each can be taken.
  final boolean isAdmitted(long now) {
    for (Permits one : permits(now)) {
      if (!one.admits(this, now)) {
        return false;
      }
    }
    return true;
  }

  /// Was not admitted: queues for all of them.
  final void queue(long now) {
    if (queuedFor.isEmpty()) {
      queuedFor = permits(now);
      since = now;
      queuedFor.forEach(one -> one.enter(this));
    }
  }

  final boolean isQueued() {
    return !queuedFor.isEmpty();
  }

  /// Was served, or wants nothing any more.
  final void unqueue() {
    queuedFor.forEach(one -> one.leave(this));
    queuedFor = List.of();
  }

  /// When all rates allow a task; in the past if they do.
  final long due(long now) {
    long due = Long.MIN_VALUE;
    for (Permits one : permits(now)) {
      due = Math.max(due, one.due());
    }
    return due;
  }

  /// Whether a free permit that it queues for is not to go to others.
  final boolean isKeptFor(long now) {
    if (!isReady()) {
      return false;
    }
    boolean canGo = hasWorker(now);
    for (Permits one : queuedFor) {
      if (one.isRateSpent(now)) {
        return false;
      }
      canGo &= one.room(now) > 0;
    }
    return canGo || now - since >= PATIENCE_NANOS;
  }
}
