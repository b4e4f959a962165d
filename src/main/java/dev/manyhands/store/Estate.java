package dev.manyhands.store;

import dev.manyhands.job.JobId;
import java.util.List;

/// What came to one name of this node from those that are gone, and does not go on yet. Changed by
/// one thread at a time.
final class Estate {
  final String node;

  /// In order of creation.
  List<Stake> stakes = List.of();

  /// Of a transaction that may have been committed.
  List<Stake> unsure = List.of();

  /// Some of these may run here, or not: what they still write is not to count beside those that
  /// are told of again, so they are at the next epoch then.
  List<JobId> astray = List.of();

  /// Whether something came of which nobody was told.
  boolean untold;

  Estate(String node) {
    this.node = node;
  }

  boolean isDone() {
    return stakes.isEmpty() && unsure.isEmpty() && astray.isEmpty() && !untold;
  }
}
