package dev.manyhands.job;

import java.util.Locale;
import java.util.Set;

/// Where a job stands.
///
/// ```
/// receiving -> queued -> running -> succeeded | failed
///                 \         |
///                  `-> cancelling -> cancelled
/// ```
///
/// A running job that stops at its first failure goes on as running until what runs has ended, then
/// is failed.
public enum JobState {
  /// Its inputs still arrive; nobody sees it yet.
  RECEIVING,
  /// Accepted, no task has started.
  QUEUED,
  RUNNING,
  /// A cancel was accepted; what runs is ending.
  CANCELLING,
  /// Every task succeeded.
  SUCCEEDED,
  /// At least one task did not succeed.
  FAILED,
  /// It was cancelled before all of its tasks ended.
  CANCELLED;

  public boolean isTerminal() {
    return next().isEmpty();
  }

  /// The states that may follow this one; none follows a terminal state.
  public Set<JobState> next() {
    return switch (this) {
      case RECEIVING -> Set.of(QUEUED);
      case QUEUED -> Set.of(RUNNING, CANCELLING, SUCCEEDED, FAILED, CANCELLED);
      case RUNNING -> Set.of(CANCELLING, SUCCEEDED, FAILED, CANCELLED);
      case CANCELLING -> Set.of(CANCELLED, SUCCEEDED, FAILED);
      case SUCCEEDED, FAILED, CANCELLED -> Set.of();
    };
  }

  /// The word of the API, such as `running`.
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
