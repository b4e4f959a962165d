package dev.manyhands.job;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// How the tasks of a job are looked after when they do not simply succeed.
///
/// @param timeout the longest that one attempt may run, 1 ms to 7 days, counted from the start of
///   its run; none: no limit
public record Care(
    @Nullable Duration timeout, Retry retry, OnFailure onFailure, OnWorkerLost onWorkerLost) {
  public static final Care DEFAULT =
      new Care(null, Retry.NEVER, OnFailure.CONTINUE, OnWorkerLost.RERUN);

  public Care {
    if (timeout != null) {
      Rules.duration("/timeout", Duration.ofMillis(1), Duration.ofDays(7), timeout);
    }
  }
}
