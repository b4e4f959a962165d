package dev.manyhands.job;

import java.util.Locale;

/// How a task ended. Each accepted index ends in exactly one of these, once.
public enum Outcome {
  /// The function returned a value.
  SUCCEEDED,
  /// The function raised, or the command exited with a code other than 0, at its last attempt.
  FAILED,
  /// Its worker died while it ran, as often as the job allows.
  CRASHED,
  /// It ran longer than the job's timeout, at its last attempt.
  TIMED_OUT,
  /// The job was cancelled before it ended.
  CANCELLED,
  /// It never ran because another task failed and the job stops at the first failure.
  SKIPPED;

  /// The word of the API, such as `timed_out`.
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
