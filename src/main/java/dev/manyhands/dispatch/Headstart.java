package dev.manyhands.dispatch;

import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/// The beginning of a job that runs ahead of its commit. Its sender's thread begins it, the
/// writer's tells whether it is stored; whichever of them comes last settles it. So what it holds
/// until it is settled is let go of, however long its sender's thread stands still before it
/// begins.
final class Headstart {
  private final CompletableFuture<Void> begun = new CompletableFuture<>();
  private final CompletableFuture<Boolean> stored = new CompletableFuture<>();
  private final CompletableFuture<Void> settled;

  /// @param settle hears once whether the job is stored, when it has begun
  Headstart(Consumer<Boolean> settle) {
    this.settled = begun.thenAcceptBoth(stored, (_, is) -> settle.accept(is));
  }

  /// Begins it, unless it is known already that it is not to be.
  ///
  /// @param run starts it
  void begin(Runnable run) {
    try {
      if (stored.getNow(true)) {
        run.run();
      }
    } finally {
      begun.complete(null);
    }
  }

  /// It is known whether it is stored.
  void know(boolean isStored) {
    stored.complete(isStored);
  }

  /// Returns when it is settled.
  void await() {
    settled.join();
  }
}
