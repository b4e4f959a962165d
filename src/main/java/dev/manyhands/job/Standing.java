package dev.manyhands.job;

import org.jspecify.annotations.Nullable;

/// The state of a job and, where it does not speak for itself, why.
public record Standing(JobState state, @Nullable Reason reason) {
  /// A state that speaks for itself.
  public static Standing of(JobState state) {
    return new Standing(state, null);
  }

  /// Another state, for the same reason.
  public Standing in(JobState other) {
    return other == state ? this : new Standing(other, reason);
  }
}
