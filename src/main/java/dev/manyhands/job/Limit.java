package dev.manyhands.job;

import org.jspecify.annotations.Nullable;

/// A limit that the tasks of many jobs share, by name: how many may run at once (a lock with one
/// permit, a semaphore with more), how many may start in a time, or both. Where a job uses it with
/// a key, it holds for each value of the key.
///
/// @param permits tasks that may run at once, 1 to 100,000; none: as many as there are workers
/// @param rate tasks that may start in a time; none: as many as there are permits
public record Limit(String name, @Nullable Integer permits, @Nullable Rate rate) {
  public static final int MAX_PERMITS = 100_000;

  public Limit {
    checkName(name);
    if (permits == null && rate == null) {
      throw new Invalid("", "expected permits or rate or both, got neither");
    }
    if (permits != null) {
      Rules.between("/permits", 1, MAX_PERMITS, permits);
    }
  }

  /// @throws Invalid if no limit can have this name
  public static void checkName(String name) {
    Rules.word("/name", name);
  }
}
