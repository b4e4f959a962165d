package dev.manyhands.dispatch;

import dev.manyhands.dispatch.LimitService.LimitView;
import dev.manyhands.job.Chunk;
import dev.manyhands.job.Gates;
import dev.manyhands.job.JobId;
import dev.manyhands.job.Limit;
import dev.manyhands.job.Outcomes;
import dev.manyhands.job.Reason;
import dev.manyhands.pool.ChunkSink;
import java.time.InstantSource;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The shell around the [Scheduler]: brings it what happens, one event at a time, and has done what
/// it answers.
///
/// ```
///   HTTP thread, worker, writer, timer --bring--> events --> Scheduler --> actions --> Performer
///                                                                           |- Hand   -> WorkerPool.offer
///                                                                           |- Append -> ResultWriter
///                                                                           |- Cut    -> WorkerPool.cut
///                                                                           |- Stop   -> WorkerPool.cancel
///                                                                           `- Look   -> Looker
/// ```
///
/// There is no thread of its own: whoever brings an event while nobody is at work does the work,
/// its own and what others bring meanwhile. That spares two hand-overs between threads for each
/// task, keeps the actions in order, and needs no lock: the counter of events is one (its step from
/// 0 takes, its step to 0 gives back and publishes what the next one at work reads). Nothing here
/// blocks: workers wait in the [Backlog] before they bring outcomes.
final class Dispatcher implements ChunkSink, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Dispatcher.class);

  /// @param after runs when the first append that it leads to is committed; at once if there is
  ///   none
  /// @param isOver whether that has begun
  private record Event(Telling telling, Runnable after, AtomicBoolean isOver) {
    void end() {
      if (isOver.compareAndSet(false, true)) {
        after.run();
      }
    }
  }

  /// What happens, as the scheduler is told of it.
  interface Telling {
    List<Action> tell(Scheduler scheduler, long now);
  }

  private final Performer performer;
  private final Looker looker;
  private final Backlog backlog;
  private final InstantSource clock;
  private final CompletableFuture<Void> atRest = new CompletableFuture<>();
  private final Queue<Event> events = new ConcurrentLinkedQueue<>();
  private final AtomicInteger untold = new AtomicInteger();

  // Only the thread at work touches these.
  private final Scheduler scheduler = new Scheduler();
  private final Alarm alarm = new Alarm(this::time);

  private volatile boolean closed;

  Dispatcher(Performer performer, Looker looker, Backlog backlog, InstantSource clock) {
    this.performer = performer;
    this.looker = looker;
    this.backlog = backlog;
    this.clock = clock;
  }

  /// Runs a live job.
  void accept(Order order) {
    Gates gates = order.job().spec().gates();
    bring(
        (scheduler, now) -> scheduler.accept(order, Hold.of(gates, clock.instant(), now), now),
        Dispatcher::nothing);
  }

  void cancel(LiveJob job, boolean kill) {
    bring((scheduler, now) -> scheduler.cancel(job.id(), kill, now), Dispatcher::nothing);
  }

  /// What was decided here about a job that this node has lost since, and perhaps begun anew, is
  /// nothing to that.
  private void bringOf(LiveJob job, Telling telling) {
    bring(
        (scheduler, now) -> scheduler.runs(job.order) ? telling.tell(scheduler, now) : List.of(),
        Dispatcher::nothing);
  }

  void cancel(LiveJob job, Reason why) {
    bringOf(job, (scheduler, now) -> scheduler.cancel(job.id(), true, why, now));
  }

  /// One task is not wanted any more.
  ///
  /// @return completes when what follows at once from it is committed; false if the task had ended
  CompletableFuture<Boolean> cancelTask(LiveJob job, int index) {
    CompletableFuture<Boolean> done = new CompletableFuture<>();
    AtomicBoolean found = new AtomicBoolean();
    bring(
        (scheduler, now) -> {
          found.set(scheduler.isOpen(job.id(), index));
          return scheduler.cancelTask(job.id(), index, now);
        },
        () -> done.complete(found.get()));
    return done;
  }

  /// The jobs that it waits for have ended.
  void release(LiveJob job) {
    bringOf(job, (scheduler, now) -> scheduler.release(job.id(), now));
  }

  /// @return completes when it is committed
  CompletableFuture<Void> pause(LiveJob job) {
    return committed((scheduler, now) -> scheduler.pause(job.id(), now));
  }

  /// @return completes when it is committed
  CompletableFuture<Void> resume(LiveJob job) {
    return committed((scheduler, now) -> scheduler.resume(job.id(), now));
  }

  private CompletableFuture<Void> committed(Telling telling) {
    CompletableFuture<Void> committed = new CompletableFuture<>();
    bring(telling, () -> committed.complete(null));
    return committed;
  }

  /// More inputs of a live job are committed, in blocks of these sizes.
  void grow(JobId job, int[] blockCounts) {
    bring((scheduler, now) -> scheduler.grow(job, blockCounts, now), Dispatcher::nothing);
  }

  /// All inputs of the job have come.
  void seal(LiveJob job) {
    bringOf(job, (scheduler, now) -> scheduler.seal(job.id(), now));
  }

  /// Nobody wants the job any more.
  void abandon(JobId job) {
    bring((scheduler, now) -> scheduler.abandon(job, now), Dispatcher::nothing);
  }

  /// The job is another node's.
  ///
  /// @param forget runs when nothing new of it is handed out, before what follows from that
  void giveUp(JobId job, Runnable forget) {
    bring(
        (scheduler, now) -> {
          List<Action> actions = scheduler.giveUp(job, now);
          forget.run();
          return actions;
        },
        Dispatcher::nothing);
  }

  /// Returns when all that was brought before has been done.
  void awaitDone() {
    ask((_, _) -> true);
  }

  /// The pool can have another number of chunks from now on.
  ///
  /// @param most looked at when the scheduler hears of it, so that the last look counts
  void resized(String pool, IntSupplier most) {
    bring((scheduler, now) -> scheduler.pool(pool, most.getAsInt(), now), Dispatcher::nothing);
  }

  /// Tasks that wait for a worker of the pool.
  long pending(String pool) {
    return ask((scheduler, now) -> scheduler.pending(pool));
  }

  /// A limit is there, or is otherwise, from now on.
  void limit(Limit limit) {
    bring((scheduler, now) -> scheduler.limit(limit, now), Dispatcher::nothing);
  }

  void limitRemoved(String name) {
    bring((scheduler, now) -> scheduler.limitRemoved(name, now), Dispatcher::nothing);
  }

  /// How a limit stands.
  LimitView view(Limit limit) {
    return ask((scheduler, now) -> scheduler.view(limit, now));
  }

  private void looked(JobId job, int first, List<List<String>> keys) {
    bring((scheduler, now) -> scheduler.looked(job, first, keys, now), Dispatcher::nothing);
  }

  private <T> T ask(BiFunction<Scheduler, Long, T> question) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    bring(
        (scheduler, now) -> {
          try {
            answer.complete(question.apply(scheduler, now));
          } catch (RuntimeException | Error e) {
            answer.completeExceptionally(e);
          }
          return List.of();
        },
        Dispatcher::nothing);
    return answer.join();
  }

  @Override
  public void outcomes(Chunk chunk, Outcomes outcomes) {
    int taken = backlog.enter(outcomes.values().length());
    bring(
        (scheduler, now) -> scheduler.outcomes(chunk.id(), outcomes, now),
        () -> backlog.leave(taken));
  }

  @Override
  public void ended(Chunk chunk) {
    bring((scheduler, now) -> scheduler.ended(chunk.id(), now), () -> performer.ended(chunk));
  }

  @Override
  public void lost(Chunk chunk, List<Outcomes> crashes) {
    bring(
        (scheduler, now) -> scheduler.lost(chunk.id(), crashes, now), () -> performer.ended(chunk));
  }

  /// Hands nothing out any more, and lets tasks that run go on.
  ///
  /// @return completes when none runs
  CompletableFuture<Void> rest() {
    bring((scheduler, now) -> scheduler.rest(now), Dispatcher::nothing);
    return atRest;
  }

  /// Hands nothing out any more; what comes back is still taken.
  @Override
  public void close() {
    closed = true;
    alarm.close();
    looker.close();
  }

  private static void nothing() {}

  /// Something happens. Whatever goes wrong about it, what is brought later is done.
  ///
  /// @param after runs once, whatever goes wrong
  void bring(Telling telling, Runnable after) {
    events.add(new Event(telling, after, new AtomicBoolean()));
    if (untold.getAndIncrement() != 0) {
      return; // the thread at work will find it
    }
    do {
      Event event = events.remove();
      boolean written = work(event);
      try {
        if (!written) {
          event.end();
        }
      } catch (RuntimeException | Error e) {
        say(e);
      }
    } while (untold.decrementAndGet() != 0);
  }

  /// @return whether an append to which it led is on its way, with what is to run after it
  private boolean work(Event event) {
    boolean written = false;
    try {
      for (Action action : event.telling().tell(scheduler, System.nanoTime())) {
        switch (action) {
          case Action.Hand hand -> hand(hand);
          case Action.Cut cut -> performer.cut(cut);
          case Action.Stop stop -> performer.stop(stop);
          case Action.StopTask stop -> performer.stop(stop);
          case Action.Late late -> performer.late(late, () -> expire(late.job()));
          case Action.Remove remove -> performer.remove(remove);
          case Action.Look look -> looker.look(look, this::looked);
          case Action.Append append -> {
            performer.append(append, written ? Dispatcher::nothing : event::end);
            written = true;
          }
        }
      }
      alarm.set(scheduler.nextDue());
      if (scheduler.isAtRest()) {
        atRest.complete(null);
      }
    } catch (RuntimeException | Error e) {
      say(e);
    }
    return written;
  }

  @SuppressWarnings("EmptyCatch") // a stack that is full has no room to say so either
  private static void say(Throwable mistake) {
    try {
      log.error("The dispatcher goes on after a mistake of its own.", mistake);
    } catch (StackOverflowError e) {
      // It goes on without a word.
    }
  }

  private void expire(JobId job) {
    bring((scheduler, now) -> scheduler.expire(job, now), Dispatcher::nothing);
  }

  private void hand(Action.Hand hand) {
    if (closed || !performer.hand(hand, this)) {
      bring((scheduler, now) -> scheduler.refused(hand.chunk(), now), Dispatcher::nothing);
    }
  }

  private void time() {
    bring(
        (scheduler, now) -> {
          alarm.rung();
          return scheduler.time(now);
        },
        Dispatcher::nothing);
  }
}
