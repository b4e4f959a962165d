package dev.manyhands.job;

import java.time.Duration;

/// When a failed or timed out task is tried again: after `backoff`, then twice as long each time,
/// at most `maxBackoff`.
///
/// @param maxAttempts tries in all, 1 to 100
public record Retry(int maxAttempts, Duration backoff, Duration maxBackoff) {
  public static final Duration LONGEST = Duration.ofDays(1);
  public static final Retry NEVER = new Retry(1, Duration.ofMillis(200), Duration.ofMinutes(1));

  public Retry {
    Rules.between("/retry/maxAttempts", 1, 100, maxAttempts);
    Rules.duration("/retry/backoff", Duration.ZERO, LONGEST, backoff);
    Rules.duration("/retry/maxBackoff", Duration.ZERO, LONGEST, maxBackoff);
  }

  /// How long to wait after the given attempt has failed.
  ///
  /// @param attempt counted from 1
  public Duration after(int attempt) {
    Duration wait = backoff;
    for (int i = 1; i < attempt && wait.compareTo(maxBackoff) < 0; i++) {
      wait = wait.multipliedBy(2);
    }
    return wait.compareTo(maxBackoff) < 0 ? wait : maxBackoff;
  }
}
