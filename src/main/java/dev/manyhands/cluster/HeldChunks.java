package dev.manyhands.cluster;

import dev.manyhands.pool.WorkerPool;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/// The chunks that this node has, by their token. Safe for use by several threads.
final class HeldChunks {
  private final Map<String, Held> byToken = new ConcurrentHashMap<>();
  private final Changes fewer = new Changes();

  List<String> tokens() {
    return List.copyOf(byToken.keySet());
  }

  List<Held> all() {
    return List.copyOf(byToken.values());
  }

  int count(WorkerPool pool) {
    return count(pool, _ -> true);
  }

  /// @param how they came
  int count(WorkerPool pool, Predicate<Delivery> how) {
    return (int)
        byToken.values().stream()
            .filter(one -> one.pool().equals(pool) && how.test(one.delivery()))
            .count();
  }

  /// Those of a pool that can be cut and have had their worker for so long, the oldest first.
  List<Held> overstayed(WorkerPool pool, Duration longest, long nowNanos) {
    return byToken.values().stream()
        .filter(one -> one.pool().equals(pool) && one.isOverstaying(longest, nowNanos))
        .sorted(Comparator.comparingLong(Held::chunk))
        .toList();
  }

  Optional<Held> of(String token) {
    return Optional.ofNullable(byToken.get(token));
  }

  void add(String token, Held held) {
    byToken.put(token, held);
  }

  /// It is not this node's any more; the broker is told nothing.
  void leave(String token) {
    byToken.remove(token);
    fewer.tell();
  }

  /// The broker may forget it.
  void done(String token) {
    // Until the broker has heard, it is held: who waits for none may end the connection.
    byToken.computeIfPresent(
        token,
        (_, ended) -> {
          ended.done();
          return null;
        });
    fewer.tell();
  }

  /// Returns when there are none, or after this time.
  void awaitNone(Duration most) throws InterruptedException {
    long end = System.nanoTime() + most.toNanos();
    long seen = fewer.seen();
    while (!byToken.isEmpty() && System.nanoTime() - end < 0) {
      fewer.await(seen, end);
      seen = fewer.seen();
    }
  }
}
