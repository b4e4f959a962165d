package dev.manyhands.cluster;

import dev.manyhands.pool.WorkerNodes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// The nodes that were heard of lately. Safe for use by several threads.
final class HeardNodes implements WorkerNodes {
  /// Whoever can write to the broker can announce nodes; no more are remembered.
  static final int MAX = 10_000;

  private record Known(Announcement said, long atNanos) {}

  private final String self;
  private final Map<String, Known> byName = new ConcurrentHashMap<>();

  HeardNodes(String self) {
    this.self = self;
  }

  @Override
  public String self() {
    return self;
  }

  @Override
  public List<WorkerNode> all() {
    return byName.values().stream()
        .map(Known::said)
        .map(said -> new WorkerNode(said.node(), said.roles(), said.pools()))
        .toList();
  }

  void heard(Announcement said, long nowNanos) {
    if (said.leaving()) {
      byName.remove(said.node());
    } else if (byName.size() < MAX || byName.containsKey(said.node())) {
      byName.put(said.node(), new Known(said, nowNanos));
    }
  }

  /// Forgets those that were silent for too long.
  void forget(Duration patience, long nowNanos) {
    byName.values().removeIf(known -> nowNanos - known.atNanos() > patience.toNanos());
  }

  /// Whether the node was heard of lately.
  boolean knows(String node) {
    return byName.containsKey(node);
  }

  /// The workers of a pool on all nodes.
  int slots(String pool) {
    return byName.values().stream()
        .mapToInt(known -> known.said().pools().getOrDefault(pool, 0))
        .sum();
  }
}
