package dev.manyhands.job;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// How long one attempt of a task may run, counted from the start of its run.
///
/// @param soft when it is asked to end, and may still clear away and return what it has; none: it
///   is not asked
/// @param hard when it is ended by force, 1 ms to 7 days; none: never
public record Timeouts(@Nullable Duration soft, @Nullable Duration hard) {
  public static final Timeouts NONE = new Timeouts(null, null);

  private static final Duration SHORTEST = Duration.ofMillis(1);
  private static final Duration LONGEST = Duration.ofDays(7);

  public Timeouts {
    if (hard != null) {
      Rules.duration("/timeout", SHORTEST, LONGEST, hard);
    }
    if (soft != null) {
      Rules.duration("/softTimeout", SHORTEST, LONGEST, soft);
      if (hard == null || soft.compareTo(hard) >= 0) {
        throw new Invalid(
            "/softTimeout",
            "expected a duration shorter than timeout, got: "
                + soft
                + (hard == null ? " without timeout" : " with timeout " + hard));
      }
    }
  }

  /// Only a hard one, or none.
  public static Timeouts of(@Nullable Duration hard) {
    return hard == null ? NONE : new Timeouts(null, hard);
  }
}
