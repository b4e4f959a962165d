package dev.manyhands.dispatch;

import dev.manyhands.job.DependsOn;
import dev.manyhands.job.Gates;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// When a job may start and when it must have ended, on the scheduler's clock, nanoseconds.
///
/// The times of a job are turned into these once, when the scheduler takes it over: a later step of
/// the wall clock moves them only after a restart.
///
/// @param opens nothing of the job starts earlier
/// @param closes what has not ended then is cancelled
/// @param awaits whether nothing of it starts before it is released, since others have to end
record Hold(long opens, long closes, boolean awaits) {
  static final Hold NONE = new Hold(Long.MIN_VALUE, Long.MAX_VALUE, false);

  /// Further away than this is never, and adding it to any clock does not overflow.
  private static final Duration NEVER = Duration.ofDays(50 * 365);

  /// @param wall the time that it is
  /// @param now the same on the scheduler's clock
  static Hold of(Gates gates, Instant wall, long now) {
    DependsOn dependsOn = gates.dependsOn();
    boolean awaits = dependsOn != null && dependsOn.inputs() == DependsOn.Inputs.OWN;
    return gates.notBefore() == null && gates.deadline() == null && !awaits
        ? NONE
        : new Hold(
            at(gates.notBefore(), wall, now, NONE.opens),
            at(gates.deadline(), wall, now, NONE.closes),
            awaits);
  }

  private static long at(@Nullable Instant time, Instant wall, long now, long none) {
    if (time == null) {
      return none;
    }
    Duration left = Duration.between(wall, time);
    if (left.isNegative()) {
      return now;
    }
    return now + (left.compareTo(NEVER) < 0 ? left : NEVER).toNanos();
  }
}
