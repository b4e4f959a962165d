package dev.manyhands.dispatch;

import dev.manyhands.job.IdempotencyKey;
import dev.manyhands.job.Refusal;
import dev.manyhands.job.Refused;
import dev.manyhands.store.JobStore;
import dev.manyhands.store.Keyed;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Sees to it that what is submitted under one key is submitted once: one request at a time has the
/// key, and looks what an earlier one left in the store.
final class Idempotency {
  private final JobStore store;
  private final InstantSource clock;
  private final Set<IdempotencyKey> underWay = ConcurrentHashMap.newKeySet();

  Idempotency(JobStore store, InstantSource clock) {
    this.store = store;
    this.clock = clock;
  }

  /// Takes the key until the claim is closed.
  ///
  /// @throws Refused if another request has it
  KeyClaim claim(IdempotencyKey key) {
    if (!underWay.add(key)) {
      throw new Refused(
          new Refusal.Conflict(
              "idempotency-key-in-use",
              "the first request with this Idempotency-Key is under way"));
    }
    boolean claimed = false;
    try {
      Optional<Keyed> known = store.keyed(key, clock.instant());
      claimed = true;
      return new KeyClaim(key, known, () -> underWay.remove(key));
    } finally {
      if (!claimed) {
        underWay.remove(key);
      }
    }
  }
}
