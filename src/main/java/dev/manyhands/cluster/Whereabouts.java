package dev.manyhands.cluster;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Where a chunk is that is out, as far as its owner can know: what was heard of it, and when. Of
/// one [InFlight], under whose lock it is used.
final class Whereabouts {
  private final boolean once;

  /// When the broker had confirmed it, or had to be taken for having it; none: it has not.
  private @Nullable Long queuedNanos;

  /// Whether nobody knows if the broker has ever had it.
  private boolean unsure;

  /// Whether a node was heard to have it, at any time.
  private boolean held;

  /// Whether it is known not to be in the queue, and all that was told of it to have come.
  private boolean passed;

  private boolean doubted;

  /// When the last of all this was heard.
  private long heardNanos;

  /// @param once whether the chunk may run only once
  Whereabouts(boolean once, long nowNanos) {
    this.once = once;
    this.heardNanos = nowNanos;
  }

  void queued(boolean isSure, long nowNanos) {
    queuedNanos = nowNanos;
    unsure = !isSure;
    heardNanos = nowNanos;
  }

  boolean isHeld() {
    return held;
  }

  void held(long nowNanos) {
    held = true;
    doubted = false;
    passed = false;
    heardNanos = nowNanos;
  }

  void returned(long nowNanos) {
    held = true;
    if (!doubted) {
      doubted = true;
      heardNanos = nowNanos;
    }
  }

  /// What was in the queue at that time is there no more, and what was told then has come.
  void passed(long sentNanos, long nowNanos) {
    boolean wasQueued = queuedNanos != null && queuedNanos - sentNanos < 0;
    if (passed || !wasQueued || held && heardNanos - sentNanos >= 0) {
      return;
    }
    passed = true;
    if (!held) {
      heardNanos = nowNanos;
    }
  }

  void waitAnew(long nowNanos) {
    heardNanos = nowNanos;
    passed = false;
  }

  /// What may never have reached the queue is looked for at once: where it is nowhere, others wait
  /// for its place.
  boolean isAwaited(ClusterSettings settings, long nowNanos) {
    Duration patience = unsure && !held ? settings.heartbeat() : settings.lostAfter();
    return !passed && nowNanos - heardNanos > patience.toNanos();
  }

  boolean isLost(ClusterSettings settings, long nowNanos) {
    long silentNanos = nowNanos - heardNanos;
    if (doubted) {
      // Whoever has it says so at its next heartbeat; a second run costs only time.
      Duration next = once ? settings.lostAfter() : settings.heartbeat().plusSeconds(1);
      return silentNanos > next.toNanos();
    }
    Duration patience = held || once ? settings.lostAfter() : settings.patience();
    return passed && silentNanos > patience.toNanos();
  }
}
