package dev.manyhands.pool;

import dev.manyhands.job.Chunk;
import dev.manyhands.job.Outcomes;
import java.util.List;

/// Hears how the tasks of a chunk ended. Called by the worker's threads, or by whoever tells in
/// their place, one call at a time for a chunk; may block to slow the worker down.
public interface ChunkSink {
  /// Some tasks of the chunk have ended; each index at most once, always within the chunk.
  void outcomes(Chunk chunk, Outcomes outcomes);

  /// The worker is free again; tasks without an outcome were not started. Called exactly once,
  /// last.
  void ended(Chunk chunk);

  /// The node that had the chunk is gone: tasks without an outcome may have run, and one of them
  /// may be why. Called instead of [#ended].
  ///
  /// @param crashes the outcomes of all those tasks, should they be to blame
  default void lost(Chunk chunk, List<Outcomes> crashes) {
    ended(chunk);
  }
}
