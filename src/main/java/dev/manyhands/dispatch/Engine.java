package dev.manyhands.dispatch;

import dev.manyhands.job.JobId;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The shell around the [Scheduler]: brings it what happens, one event at a time, and has done what
/// it answers.
///
/// ```
///   HTTP thread, worker, writer, timer --bring--> Mailbox --> Scheduler --> actions --> Performer
///                                                                            |- Hand   -> WorkerPool.offer
///                                                                            |- Append -> ResultWriter
///                                                                            |- Cut    -> WorkerPool.cut
///                                                                            |- Stop   -> WorkerPool.cancel
///                                                                            `- Look   -> Looker
/// ```
///
/// Nothing here blocks: workers wait in [ChunkReturns] before they bring outcomes.
final class Engine implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Engine.class);

  /// What happens, as the scheduler is told of it.
  interface Telling {
    List<Action> tell(Scheduler scheduler, long now);
  }

  private final Performer performer;
  private final Looker looker;
  private final ChunkReturns returns;
  private final Mailbox mailbox = new Mailbox();
  private final CompletableFuture<Void> atRest = new CompletableFuture<>();

  // Only the thread at work touches these.
  private final Scheduler scheduler = new Scheduler();
  private final Alarm alarm = new Alarm(this::time);

  private volatile boolean closed;

  /// @param results bytes of values that may wait to be written
  Engine(Performer performer, Looker looker, Backlog results) {
    this.performer = performer;
    this.looker = looker;
    this.returns = new ChunkReturns(this, performer, results);
  }

  /// Something happens.
  void bring(Telling telling) {
    bring(telling, _ -> {});
  }

  /// Something happens.
  ///
  /// @param after hears once, whatever goes wrong, when the first append that it leads to is
  ///   committed, at once if there is none; false if the store did not take it, since the job is
  ///   another node's
  void bring(Telling telling, Consumer<Boolean> after) {
    AtomicBoolean isOver = new AtomicBoolean();
    Consumer<Boolean> once =
        taken -> {
          if (isOver.compareAndSet(false, true)) {
            after.accept(taken);
          }
        };
    mailbox.bring(() -> work(telling, once));
  }

  /// Something is decided about a job that runs here. What was decided about one that this node has
  /// lost since, and perhaps begun anew, is nothing to that.
  void bringOf(LiveJob job, Telling telling, Consumer<Boolean> after) {
    bring(
        (scheduler, now) -> scheduler.runs(job.order) ? telling.tell(scheduler, now) : List.of(),
        after);
  }

  /// Asks the scheduler, and waits for the answer.
  <T> T ask(BiFunction<Scheduler, Long, T> question) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    bring((scheduler, now) -> {
      try {
        answer.complete(question.apply(scheduler, now));
      } catch (RuntimeException | Error e) {
        answer.completeExceptionally(e);
      }
      return List.of();
    });
    return answer.join();
  }

  private void work(Telling telling, Consumer<Boolean> after) {
    AtomicBoolean isWritten = new AtomicBoolean();
    Mailbox.attempt(() -> {
      for (Action action : telling.tell(scheduler, System.nanoTime())) {
        // What went wrong about one job is nothing to the others.
        Mailbox.attempt(() -> perform(action, after, isWritten));
      }
      alarm.set(scheduler.nextDue());
      if (scheduler.isAtRest()) {
        atRest.complete(null);
      }
    });
    if (!isWritten.get()) {
      after.accept(true);
    }
  }

  private void perform(Action action, Consumer<Boolean> after, AtomicBoolean isWritten) {
    switch (action) {
      case Action.Hand hand -> hand(hand);
      case Action.Cut cut -> performer.cut(cut);
      case Action.Stop stop -> performer.stop(stop);
      case Action.StopTask stop -> performer.stop(stop);
      case Action.Late late -> performer.late(late, () -> expire(late.job()));
      case Action.Remove remove -> performer.remove(remove);
      case Action.Look look -> looker.look(look, this::looked);
      case Action.Append append -> {
        performer.append(append, isWritten.get() ? _ -> {} : after);
        isWritten.set(true);
      }
    }
  }

  private void hand(Action.Hand hand) {
    if (!performer.isLive(hand.order())) {
      JobId id = hand.order().job().id();
      log.error("{} is not live and is to run no more.", id);
      bring(
          (scheduler, now) -> scheduler.runs(hand.order()) ? scheduler.giveUp(id, now) : List.of());
    } else if (!closed) {
      AtomicBoolean isTaken = new AtomicBoolean();
      Mailbox.attempt(() -> isTaken.set(performer.hand(hand, returns)));
      if (isTaken.get()) {
        return;
      }
    }
    bring((scheduler, now) -> scheduler.refused(hand.chunk(), now));
  }

  private void looked(JobId job, int first, List<List<String>> keys) {
    bring((scheduler, now) -> scheduler.looked(job, first, keys, now));
  }

  private void expire(JobId job) {
    bring((scheduler, now) -> scheduler.expire(job, now));
  }

  private void time() {
    bring((scheduler, now) -> {
      alarm.rung();
      return scheduler.time(now);
    });
  }

  /// Hands nothing out any more, and lets tasks that run go on.
  ///
  /// @return completes when none runs
  CompletableFuture<Void> rest() {
    bring((scheduler, now) -> scheduler.rest(now));
    return atRest;
  }

  /// Hands nothing out any more; what comes back is still taken.
  @Override
  public void close() {
    closed = true;
    alarm.close();
    looker.close();
  }
}
