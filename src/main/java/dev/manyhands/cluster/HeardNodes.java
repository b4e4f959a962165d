package dev.manyhands.cluster;

import dev.manyhands.pool.WorkerNodes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The nodes that were heard of lately. Safe for use by several threads.
final class HeardNodes implements WorkerNodes {
  /// Whoever can write to the broker can announce nodes; no more are remembered.
  static final int MAX = 10_000;

  private record Known(Announcement said, long atNanos) {}

  private final String self;
  private final Map<String, Known> byName = new ConcurrentHashMap<>();

  /// Nodes that were here when the broker was lost, and of which nothing was heard since: since
  /// when they could have been.
  private final Map<String, Long> missing = new ConcurrentHashMap<>();

  private volatile @Nullable Other other;

  /// A message of a node that this one does not understand.
  private record Other(int version, long atNanos) {}

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
    missing.remove(said.node());
    if (said.leaving()) {
      byName.remove(said.node());
    } else if (byName.size() < MAX || byName.containsKey(said.node())) {
      byName.put(said.node(), new Known(said, nowNanos));
    }
  }

  /// Forgets those that were silent for too long. While this node does not hear itself either, that
  /// says nothing of them: they are missing.
  void forget(Duration patience, long nowNanos) {
    boolean isDeaf = !hearsItself(patience.dividedBy(2), nowNanos);
    byName
        .values()
        .removeIf(known -> {
          boolean isSilent = nowNanos - known.atNanos() > patience.toNanos();
          if (isSilent && isDeaf) {
            miss(known.said(), nowNanos);
          }
          return isSilent;
        });
  }

  /// Whether what this node said lately has come back to it from the broker.
  boolean hearsItself(Duration patience, long nowNanos) {
    Known own = byName.get(self);
    return own != null && nowNanos - own.atNanos() <= patience.toNanos();
  }

  /// The broker was lost, and is there again: whoever was here may still be, with all that it had,
  /// and needs time to find the broker too.
  void brokerCameBack(long nowNanos) {
    byName.values().forEach(known -> miss(known.said(), nowNanos));
  }

  private void miss(Announcement said, long nowNanos) {
    if (!said.pools().isEmpty() && missing.size() < MAX) {
      missing.put(said.node(), nowNanos);
    }
  }

  /// Nothing could be heard up to now.
  void waitAnew(long nowNanos) {
    missing.replaceAll((_, _) -> nowNanos);
  }

  /// Whether a node may have chunks that cannot say so yet.
  ///
  /// @param most how long it is waited for
  boolean isAnyMissing(Duration most, long nowNanos) {
    missing.values().removeIf(sinceNanos -> nowNanos - sinceNanos > most.toNanos());
    return !missing.isEmpty();
  }

  void heardOther(int version, long nowNanos) {
    other = new Other(version, nowNanos);
  }

  /// The version of a node that was heard lately, and cannot be understood.
  Optional<Integer> otherVersion(Duration patience, long nowNanos) {
    Other last = other;
    return last == null || nowNanos - last.atNanos() > patience.toNanos()
        ? Optional.empty()
        : Optional.of(last.version());
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
