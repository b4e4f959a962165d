package dev.manyhands.pool;

import dev.manyhands.job.Chunk;
import dev.manyhands.job.Outcomes;

/// Hears how the tasks of a chunk ended. Called by the worker's threads, one call at a time for a
/// chunk; may block to slow the worker down.
public interface ChunkSink {
  /// Some tasks of the chunk have ended; each index at most once, always within the chunk.
  void outcomes(Chunk chunk, Outcomes outcomes);

  /// The worker is free again; tasks without an outcome were not started. Called exactly once,
  /// last.
  void ended(Chunk chunk);
}
