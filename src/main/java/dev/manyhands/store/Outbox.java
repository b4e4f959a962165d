package dev.manyhands.store;

import dev.manyhands.job.JobId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What webhooks are to be told, and what became of it. A delivery is put in by the commit that
/// makes its event so, and leaves with its job. Each method is one transaction.
public interface Outbox {
  /// Those of this node's jobs that are due, longest due first. What a webhook is told of a job is
  /// due one after the other: a later event when the one before is at its end.
  ///
  /// @param limit 1 or more
  List<Delivery> due(Instant now, int limit);

  /// When the next one of this node's jobs after the given time is due.
  Optional<Instant> dueAfter(Instant now);

  /// Stores an attempt and what follows from it, synced to disk. Nothing if the job was removed
  /// meanwhile, or the delivery has come to its end already, which stands.
  ///
  /// One that is gone is told nothing more of its job: what waits and what comes is gone too.
  ///
  /// @param dueAt when it is tried again; none exactly if the state is a final one
  /// @return the state; [Delivery.State#OVERTAKEN] instead of another try if there is newer news
  Delivery.State record(
      Delivery delivery, Delivery.Attempt attempt, Delivery.State state, @Nullable Instant dueAt);

  /// Of one job, oldest first.
  List<Delivery> of(JobId job);
}
