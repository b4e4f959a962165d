package dev.manyhands.job;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

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

  /// The outcome of this word; none if there is no such.
  public static @Nullable Outcome of(String word) {
    return Arrays.stream(values()).filter(one -> one.word().equals(word)).findFirst().orElse(null);
  }

  /// All words, with commas between.
  public static String words() {
    return Arrays.stream(values()).map(Outcome::word).collect(Collectors.joining(", "));
  }

  /// The word of the API, such as `timed_out`.
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
