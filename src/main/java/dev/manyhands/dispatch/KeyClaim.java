package dev.manyhands.dispatch;

import dev.manyhands.job.IdempotencyKey;
import dev.manyhands.store.Keyed;
import java.util.Optional;

/// A request's hold on an idempotency key, while which no other request may use it.
///
/// @param known what an earlier request with the key left
public record KeyClaim(IdempotencyKey key, Optional<Keyed> known, Runnable release)
    implements AutoCloseable {
  @Override
  public void close() {
    release.run();
  }
}
