package dev.manyhands.job;

import org.jspecify.annotations.Nullable;

/// Where a job runs and how wide.
///
/// @param pool a pool's name; none: the pool that fits the function
/// @param maxParallel the most tasks of the job that run at once; none: as many as the pool has
///   workers
/// @param chunkSize tasks handed to a worker at once; none: chosen from the measured run time
/// @param priority 1 to 5: where jobs compete for a pool's workers, each step doubles the share
public record Placement(
    @Nullable String pool,
    @Nullable Integer maxParallel,
    @Nullable Integer chunkSize,
    int priority) {
  public static final int NORMAL_PRIORITY = 3;
  public static final Placement ANYWHERE = new Placement(null, null, null, NORMAL_PRIORITY);

  public Placement {
    if (pool != null) {
      Rules.word("/pool", pool);
    }
    if (maxParallel != null) {
      Rules.between("/maxParallel", 1, 100_000, maxParallel);
    }
    if (chunkSize != null) {
      Rules.between("/chunkSize", 1, 1_000_000, chunkSize);
    }
    Rules.between("/priority", 1, 5, priority);
  }

  /// The same on the pool of this name.
  public Placement in(String name) {
    return new Placement(name, maxParallel, chunkSize, priority);
  }
}
