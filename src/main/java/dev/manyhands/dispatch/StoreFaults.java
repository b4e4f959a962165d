package dev.manyhands.dispatch;

import dev.manyhands.job.Refusal;
import dev.manyhands.job.Refused;
import dev.manyhands.store.StoreFull;
import dev.manyhands.store.StoreUnavailable;

/// What a commit that failed means for whoever sent it.
final class StoreFaults {
  private static final int FULL_RETRY_SECONDS = 30;
  private static final int RETRY_SECONDS = 5;

  private StoreFaults() {}

  /// A refusal if it is known that nothing was stored, so that it may be sent again.
  static RuntimeException told(RuntimeException fault) {
    return switch (fault) {
      case StoreFull full ->
          new Refused(
              new Refusal.StoreIsFull(String.valueOf(full.getMessage()), FULL_RETRY_SECONDS));
      case StoreUnavailable _ ->
          new Refused(
              new Refusal.Busy("the store cannot commit now: this is not stored", RETRY_SECONDS));
      default -> fault;
    };
  }

  /// Whether it may succeed later as it is.
  static boolean passes(Refused refused) {
    return refused.refusal() instanceof Refusal.StoreIsFull
        || refused.refusal() instanceof Refusal.Busy;
  }
}
