package dev.manyhands.cluster;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// An owner's look into the queue of a pool, by a [Probe]: one at a time. A purge takes the probe
/// too, so another one follows when it does not come. Safe for use by several threads.
final class QueueLook {
  private record Look(String token, long sentNanos) {}

  private final String pool;
  private final BrokerPool.Shared shared;
  private final AtomicReference<@Nullable Look> under = new AtomicReference<>();

  QueueLook(String pool, BrokerPool.Shared shared) {
    this.pool = pool;
    this.shared = shared;
  }

  /// Sends a probe, unless one is on its way; returns at once.
  ///
  /// @param token what no other probe is called
  void begin(String token, long nowNanos) {
    Look before = under.get();
    if (before != null && nowNanos - before.sentNanos() < shared.settings().lostAfter().toNanos()) {
      return;
    }
    Look next = new Look(token, nowNanos);
    if (under.compareAndSet(before, next)) {
      byte[] probe = new Probe(next.token(), shared.node()).write();
      Thread.ofVirtual().name("look").start(() -> shared.post().send(Names.pool(pool), probe));
    }
  }

  /// A probe has come back.
  ///
  /// @return when it was sent; none if it is not the one that is waited for
  Optional<Long> passed(String token) {
    Look look = under.get();
    return look != null && look.token().equals(token) && under.compareAndSet(look, null)
        ? Optional.of(look.sentNanos())
        : Optional.empty();
  }

  /// Whatever was sent may never come back.
  void giveUp() {
    under.set(null);
  }
}
