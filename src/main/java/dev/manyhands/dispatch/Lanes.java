package dev.manyhands.dispatch;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// The lanes of all pools, by the pool's name. Only the scheduler touches it.
final class Lanes {
  private final Map<String, Lane> lanes = new LinkedHashMap<>();

  /// A pool has this many workers from now on.
  ///
  /// @return its lane if it was there before
  @Nullable Lane resize(String pool, int size) {
    Lane lane = lanes.get(pool);
    if (lane == null) {
      lanes.put(pool, new Lane(size));
    } else {
      lane.resize(size);
    }
    return lane;
  }

  /// The lane of the job's pool.
  ///
  /// @throws IllegalStateException if there is no such pool
  Lane of(ActiveJob job) {
    Lane lane = lanes.get(job.order.pool());
    if (lane == null) {
      throw new IllegalStateException("no such pool: " + job.order.pool());
    }
    return lane;
  }

  void forEach(BiConsumer<String, Lane> action) {
    lanes.forEach(action);
  }

  /// When the first of them has something to do; the greatest number: never. See [Lane#due].
  long nextDue() {
    long due = Long.MAX_VALUE;
    for (Lane lane : lanes.values()) {
      due = Math.min(due, lane.due());
    }
    return due;
  }
}
