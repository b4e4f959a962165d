package dev.manyhands.dispatch;

import dev.manyhands.job.Refused;
import dev.manyhands.store.Change;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;

/// Changes that their sender waits for.
final class Commits {
  private final ResultWriter writer;
  private final Backlog backlog;

  /// @param backlog bytes on their way in
  Commits(ResultWriter writer, Backlog backlog) {
    this.writer = writer;
    this.backlog = backlog;
  }

  /// Returns when a job that ran ahead of this is committed, with its results if they come soon.
  ///
  /// @param bytes of its inputs
  /// @param run starts it, unless it is known before that it is not stored
  /// @param settle hears when it runs whether it is stored; if not, before anything is told of its
  ///   results
  /// @throws Refused if the disk is full
  void acceptRunning(Change.Accept accept, long bytes, Runnable run, Consumer<Boolean> settle) {
    CompletableFuture<Boolean> written = new CompletableFuture<>();
    Headstart job = new Headstart(settle);
    int taken = backlog.enter(bytes);
    try {
      writer.accept(
          accept,
          stored -> {
            job.know(stored);
            written.complete(stored);
          },
          cause -> {
            job.know(false);
            written.completeExceptionally(cause);
          });
      job.begin(run);
      join(written);
      job.await();
    } finally {
      backlog.leave(taken);
    }
  }

  /// Returns when the change is committed.
  ///
  /// @param then runs on the writer's thread before this returns, if it takes effect
  /// @return whether it took effect
  /// @throws Refused if the disk is full, or the store cannot commit now
  boolean write(Change change, long bytes, Runnable then) {
    CompletableFuture<Boolean> written = new CompletableFuture<>();
    int taken = backlog.enter(bytes);
    try {
      writer.submit(
          change,
          done -> {
            try {
              if (done) {
                then.run();
              }
              written.complete(done);
            } finally {
              // Where it went wrong its sender waits no longer; after the line above this is
              // nothing.
              written.completeExceptionally(
                  new IllegalStateException("what follows a commit went wrong"));
            }
          },
          written::completeExceptionally);
      return join(written);
    } finally {
      backlog.leave(taken);
    }
  }

  private static boolean join(CompletableFuture<Boolean> written) {
    try {
      return written.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException fault ? StoreFaults.told(fault) : e;
    }
  }
}
