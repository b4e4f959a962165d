package dev.manyhands.job;

import java.util.Locale;
import java.util.Set;

/// Where a job stands.
///
/// ```
/// receiving -> queued -> running <-> paused
///                 \         |          |
///                  `--------+----------+--> succeeded | failed | cancelled | expired
///                            \        /
///                            cancelling
/// ```
///
/// A running job that stops at its first failure goes on as running until what runs has ended, then
/// is failed.
public enum JobState {
  /// Its inputs still arrive.
  RECEIVING,
  /// Accepted, no task has started.
  QUEUED,
  RUNNING,
  /// Nothing new of it starts until it is resumed; what ran when it was paused goes on to its end.
  /// One that is paused while it receives is receiving, with that as its reason, until it is
  /// sealed.
  PAUSED,
  /// A cancel was accepted; what runs is ending.
  CANCELLING,
  /// Every task succeeded.
  SUCCEEDED,
  /// At least one task did not succeed.
  FAILED,
  /// It was cancelled before all of its tasks ended.
  CANCELLED,
  /// Its deadline came before all of its tasks had ended.
  EXPIRED;

  public boolean isTerminal() {
    return next().isEmpty();
  }

  /// The states that may follow this one; none follows a terminal state.
  public Set<JobState> next() {
    return switch (this) {
      case RECEIVING ->
          Set.of(QUEUED, RUNNING, PAUSED, CANCELLING, SUCCEEDED, FAILED, CANCELLED, EXPIRED);
      case QUEUED -> Set.of(RUNNING, PAUSED, CANCELLING, SUCCEEDED, FAILED, CANCELLED, EXPIRED);
      case RUNNING -> Set.of(PAUSED, CANCELLING, SUCCEEDED, FAILED, CANCELLED, EXPIRED);
      case PAUSED -> Set.of(QUEUED, RUNNING, CANCELLING, SUCCEEDED, FAILED, CANCELLED, EXPIRED);
      case CANCELLING -> Set.of(CANCELLED, SUCCEEDED, FAILED, EXPIRED);
      case SUCCEEDED, FAILED, CANCELLED, EXPIRED -> Set.of();
    };
  }

  /// The word of the API, such as `running`.
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
