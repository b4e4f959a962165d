package dev.manyhands.cluster;

import dev.manyhands.pool.WorkerPool;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;

/// How long a chunk keeps its worker while others wait in the queue of its pool. An owner cuts the
/// chunks of a job for its other jobs, but knows nothing of those of other owners: who sees both is
/// the node that has the chunk.
final class Stays {
  /// More than a chunk takes that is as long as its owner means it to be; longer ones have a size
  /// that somebody has set, or tasks that have become slower.
  static final Duration LONGEST = Duration.ofSeconds(1);

  private final HeldChunks held;

  Stays(HeldChunks held) {
    this.held = held;
  }

  /// Has as many chunks start nothing more as wait for a worker, the oldest first, of those that
  /// have stayed for so long. What they have not started goes back to its owner, and stands behind
  /// the others in the queue then.
  ///
  /// @param waiting how many wait in the queue; waits for the broker
  void look(WorkerPool pool, LongSupplier waiting, long nowNanos) {
    List<Held> over = held.overstayed(pool, LONGEST, nowNanos);
    if (!over.isEmpty() && held.count(pool) >= pool.size()) {
      over.stream().limit(waiting.getAsLong()).forEach(Held::cut);
    }
  }
}
