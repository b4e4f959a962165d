package dev.manyhands.dispatch;

import dev.manyhands.job.Chunk;
import dev.manyhands.pool.ChunkSink;
import dev.manyhands.pool.WorkerPool;
import dev.manyhands.store.Change;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Hands out chunks of jobs whose tasks may run only once: a note on disk comes before the worker,
/// so that a start after a kill knows what may have run. Others pay nothing for it. Safe for use by
/// several threads; never waits.
final class OnceOnly {
  private final ResultWriter writer;

  /// Chunks whose note is on its way, and whether they are still wanted.
  private final Map<Long, Boolean> wanted = new ConcurrentHashMap<>();

  /// Chunks that are noted, or may be, each with the epoch of its job.
  private final Map<Long, Long> noted = new ConcurrentHashMap<>();

  OnceOnly(ResultWriter writer) {
    this.writer = writer;
  }

  /// Notes the chunk, then offers it. One that is not taken after all ends without outcomes.
  void hand(LiveJob job, Chunk chunk, WorkerPool pool, ChunkSink sink) {
    wanted.put(chunk.id(), true);
    Change.Hand note =
        new Change.Hand(job.id(), job.epoch, chunk.id(), chunk.first(), chunk.count());
    writer.hand(
        note,
        isOwner -> {
          noted.put(chunk.id(), job.epoch);
          boolean goesOn = Boolean.TRUE.equals(wanted.remove(chunk.id())) && isOwner;
          boolean taken = false;
          try {
            taken = goesOn && pool.offer(chunk, sink);
          } finally {
            if (!taken) {
              sink.ended(chunk);
            }
          }
        },
        _ -> {
          // Nobody may know whether it is noted all the same.
          noted.put(chunk.id(), job.epoch);
          wanted.remove(chunk.id());
          sink.ended(chunk);
        });
  }

  /// The chunk is not to start, if it has not.
  void stop(long chunk) {
    wanted.computeIfPresent(chunk, (_, _) -> false);
  }

  /// The chunk is back: what it had no outcome for was not started.
  void ended(Chunk chunk) {
    Long epoch = noted.remove(chunk.id());
    if (epoch != null) {
      writer.handBack(new Change.HandBack(chunk.call().job(), epoch, chunk.id()));
    }
  }
}
