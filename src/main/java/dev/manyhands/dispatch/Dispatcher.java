package dev.manyhands.dispatch;

import dev.manyhands.job.Reason;
import dev.manyhands.job.Refused;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/// What is decided about jobs that run here, as the scheduler hears of it. All but the first word
/// is of a [LiveJob] and no mere id: this node may have lost the job since, and begun it anew. Safe
/// for use by several threads; nothing blocks but where it says so.
final class Dispatcher {
  private final Engine engine;
  private final InstantSource clock;

  Dispatcher(Engine engine, InstantSource clock) {
    this.engine = engine;
    this.clock = clock;
  }

  /// Runs a live job.
  void accept(Order order) {
    engine.bring((scheduler, _) -> {
      // In this order: a thread that stands still in between opens nothing too early. And what is
      // too late is so by the same clock, lest it begins before it expires.
      Instant wall = clock.instant();
      long now = System.nanoTime();
      return scheduler.accept(order, Hold.of(order.job().spec().gates(), wall, now), now);
    });
  }

  void cancel(LiveJob job, boolean kill) {
    bring(job, (scheduler, now) -> scheduler.cancel(job.id(), kill, now));
  }

  void cancel(LiveJob job, Reason why) {
    bring(job, (scheduler, now) -> scheduler.cancel(job.id(), true, why, now));
  }

  /// One task is not wanted any more.
  ///
  /// @return completes when what follows at once from it is committed; false if the task had ended;
  ///   fails with [Refused] if the job is another node's
  CompletableFuture<Boolean> cancelTask(LiveJob job, int index) {
    AtomicBoolean found = new AtomicBoolean();
    return committed(
            job,
            (scheduler, now) -> {
              found.set(scheduler.isOpen(job.id(), index));
              return scheduler.cancelTask(job.id(), index, now);
            })
        .thenApply(_ -> found.get());
  }

  /// The jobs that it waits for have ended.
  void release(LiveJob job) {
    bring(job, (scheduler, now) -> scheduler.release(job.id(), now));
  }

  /// @return completes when it is committed; fails with [Refused] if the job is another node's
  CompletableFuture<Void> pause(LiveJob job) {
    return committed(job, (scheduler, now) -> scheduler.pause(job.id(), now));
  }

  /// @return completes when it is committed; fails with [Refused] if the job is another node's
  CompletableFuture<Void> resume(LiveJob job) {
    return committed(job, (scheduler, now) -> scheduler.resume(job.id(), now));
  }

  private CompletableFuture<Void> committed(LiveJob job, Engine.Telling telling) {
    CompletableFuture<Void> committed = new CompletableFuture<>();
    engine.bringOf(
        job,
        telling,
        taken -> {
          if (taken && !job.moment().isElsewhere()) {
            committed.complete(null);
          } else {
            committed.completeExceptionally(new Refused(Inflow.ELSEWHERE));
          }
        });
    return committed;
  }

  /// More inputs of a live job are committed, in blocks of these sizes.
  void grow(LiveJob job, int[] blockCounts) {
    bring(job, (scheduler, now) -> scheduler.grow(job.id(), blockCounts, now));
  }

  /// All inputs of the job have come.
  void seal(LiveJob job) {
    bring(job, (scheduler, now) -> scheduler.seal(job.id(), now));
  }

  /// Nobody wants the job any more.
  void abandon(LiveJob job) {
    bring(job, (scheduler, now) -> scheduler.abandon(job.id(), now));
  }

  /// The job is another node's.
  ///
  /// @param forget runs when nothing new of it is handed out, before what follows from that
  void giveUp(LiveJob job, Runnable forget) {
    engine.bring((scheduler, now) -> {
      List<Action> actions =
          scheduler.runs(job.order) ? scheduler.giveUp(job.id(), now) : List.of();
      forget.run();
      return actions;
    });
  }

  /// Returns when all that was brought before has been done.
  void awaitDone() {
    engine.ask((_, _) -> true);
  }

  private void bring(LiveJob job, Engine.Telling telling) {
    engine.bringOf(job, telling, _ -> {});
  }
}
