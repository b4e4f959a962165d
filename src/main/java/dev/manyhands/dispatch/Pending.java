package dev.manyhands.dispatch;

import dev.manyhands.job.Ranges;
import org.jspecify.annotations.Nullable;

/// The tasks of a job that no worker has and that do not wait for a time. Only the scheduler
/// touches it.
sealed interface Pending permits PlainPending, KeyedPending {
  /// Tasks of it, also those that cannot be handed out now.
  int size();

  /// Whether one may be handed out now, as far as is known.
  boolean isEmpty();

  /// Fresh tasks have come.
  void grow(int first, int end);

  /// Takes tasks out that one worker gets.
  ///
  /// @param most 1 or more
  /// @return none if there is none that may be handed out after all
  @Nullable Again take(int most, long now);

  /// Tasks that are to be handed out before fresh ones.
  void add(Again again);

  /// Tasks come back that a worker did not start.
  void putBack(Again again);

  /// Takes one task out; false if it is not here.
  boolean remove(int index);

  /// Takes all out.
  void drainTo(Ranges rest);
}
