package dev.manyhands.pool;

import dev.manyhands.job.Chunk;
import dev.manyhands.job.Function;
import dev.manyhands.job.JsonLines;
import dev.manyhands.job.Outcome;
import dev.manyhands.job.TaskError;
import dev.manyhands.job.Timeouts;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One chunk from the moment that a worker is promised to it until it has ended.
///
/// [#run] belongs to the worker's thread; [#stop] may come from any other, also before and after
/// the run.
final class ChunkRun {
  /// Why a chunk does not go on.
  enum Stop {
    /// Its running task is answered as cancelled.
    CANCEL,
    /// The pool closes: its running task is not answered, and may run again elsewhere.
    CLOSE
  }

  private final Chunk chunk;
  private final ChunkSink sink;
  private final String worker;
  private final Consumer<ChunkRun> givenUp;
  private final Set<Integer> cancelled = ConcurrentHashMap.newKeySet();
  private volatile @Nullable Stop stop;

  /// No task is started from this index on.
  private volatile int end;

  private volatile @Nullable RunningTask running;

  // Written by the worker before its first task, which publishes it.
  private @Nullable Teller teller;

  /// @param givenUp takes the place of the worker's thread when that is lost: called when all is
  ///   told that there is of the chunk
  ChunkRun(Chunk chunk, ChunkSink sink, String worker, Consumer<ChunkRun> givenUp) {
    this.chunk = chunk;
    this.sink = sink;
    this.worker = worker;
    this.givenUp = givenUp;
    this.end = chunk.end();
  }

  Chunk chunk() {
    return chunk;
  }

  ChunkSink sink() {
    return sink;
  }

  String worker() {
    return worker;
  }

  @Nullable Stop stopped() {
    return stop;
  }

  /// Starts no further task, and interrupts the one that runs. The first reason counts, but for
  /// closing.
  void stop(Stop reason) {
    // Before the look at the running task: a worker that starts one after that look sees the
    // reason.
    stop = reason;
    cut(Integer.MIN_VALUE);
    RunningTask now = running;
    if (now != null) {
      now.interrupt();
    }
  }

  /// Starts no further task.
  void cut() {
    cut(Integer.MIN_VALUE);
  }

  /// Whether the chunk goes on with this task.
  boolean mayStart(int index) {
    return index < end;
  }

  boolean isCancelled(int index) {
    return cancelled.contains(index);
  }

  private synchronized void cut(int index) {
    end = Math.min(end, index);
  }

  /// Interrupts this task, if it runs; if it has not started, starts neither it nor a later one.
  void cancel(int index) {
    cancelled.add(index);
    RunningTask task = running;
    if (task == null || task.begun() < serial(index)) {
      // Before the second look at the running task: one that is started after that sees the cut.
      cut(index);
    }
    RunningTask now = running;
    if (now != null) {
      now.interrupt(serial(index));
    }
  }

  private long serial(int index) {
    return index - chunk.first() + 1L;
  }

  /// Gives up the task that runs, if it is still this one, or without one whichever runs: it did
  /// not heed its interrupt.
  void giveUpTask(int index) {
    giveUp(serial(index));
  }

  /// The same, whichever runs.
  void giveUpRunning() {
    RunningTask now = running;
    if (now != null && now.running() > 0) {
      giveUp(now.running());
    }
  }

  /// Gives up the task of this number, counted from 1, if it runs.
  void giveUp(long serial) {
    RunningTask now = running;
    if (now == null || stop == Stop.CLOSE) {
      return;
    }
    long ran = now.ranNanos(serial, System.nanoTime());
    if (ran >= 0 && now.giveUp(serial)) {
      // The sink may wait, and who gives up does not.
      Thread.ofVirtual().name("given-up").start(() -> tellGivenUp(serial, ran));
    }
  }

  /// Tells what the worker has held back since before its running task, if that takes long.
  void tellHeld() {
    RunningTask now = running;
    long serial = now == null ? 0 : now.running();
    if (now != null && serial > 0) {
      teller().tellHeld(now, serial);
    }
  }

  /// The worker has left its task's code: waits for whoever tells in its place.
  void awaitTeller() {
    teller().awaitTurn();
  }

  private Teller teller() {
    return Objects.requireNonNull(teller);
  }

  /// The pool is closed, and its running task goes on in a thread that nobody waits for: tells what
  /// became of a chunk whose tasks may run only once. Others may run again.
  void leave() {
    RunningTask now = running;
    if (now == null || !chunk.call().once()) {
      return;
    }
    long serial = now.running();
    long ran = now.ranNanos(serial, System.nanoTime());
    if (ran >= 0 && now.giveUp(serial)) {
      try {
        teller().tellLeft(Outcome.CRASHED, Blame.STOPPED, ran);
      } finally {
        givenUp.accept(this);
      }
    }
  }

  private void tellGivenUp(long serial, long ranNanos) {
    try {
      int index = (int) (chunk.first() + serial - 1);
      boolean isCancel = stop == Stop.CANCEL || isCancelled(index);
      teller()
          .tellLeft(
              isCancel ? Outcome.CANCELLED : Outcome.TIMED_OUT,
              isCancel ? Blame.TASK_CANCELLED : unheeded(),
              ranNanos);
    } finally {
      givenUp.accept(this);
    }
  }

  private TaskError unheeded() {
    return TaskError.timeout(
        "expected to end within "
            + chunk.call().timeouts().hard()
            + "; it did not heed its interrupt, and its thread was given up");
  }

  /// Whether others have answered for its running task, and the worker's thread is lost.
  boolean isGivenUp() {
    RunningTask now = running;
    return now != null && now.isGivenUp();
  }

  /// Runs the tasks in the thread that calls, and tells the sink all outcomes.
  ///
  /// @throws RuntimeException if the inputs cannot be read or the sink does not take the outcomes
  void run(JavaPool.Shared shared) {
    RunningTask task = new RunningTask(Thread.currentThread());
    running = task;
    if (stop != null) {
      return;
    }
    JsonLines inputs = chunk.inputs().get();
    if (inputs.count() != chunk.count()) {
      throw new IllegalStateException(
          "expected "
              + chunk.count()
              + " inputs, got "
              + inputs.count()
              + " from "
              + chunk.first());
    }
    Collected outcomes = new Collected(worker, shared.clock(), chunk, inputs.length());
    teller = new Teller(this, outcomes);
    LineTask function = function(shared);
    if (function == null) {
      failAll(outcomes);
      return;
    }
    Timeouts timeouts = chunk.call().timeouts();
    TaskLoop loop = new TaskLoop(this, function, inputs, outcomes, task);
    if (timeouts.hard() == null) {
      loop.run(shared.watchdog());
      return;
    }
    try (TimeLimit _ =
        new TimeLimit(shared.watchdog(), task, this::giveUp, timeouts, shared.threads().grace())) {
      loop.run(shared.watchdog());
    }
  }

  private @Nullable LineTask function(JavaPool.Shared shared) {
    return switch (chunk.call().function()) {
      case Function.Java java -> shared.functions().onLines(java.name());
      case Function.Http http -> new HttpTask(http, chunk, shared.http());
      case Function.Python _, Function.PythonModule _, Function.Command _ -> null;
    };
  }

  /// The function was there when the job was accepted, and is not since a restart.
  private void failAll(Collected outcomes) {
    TaskError unknown =
        TaskError.function(
            "UnknownFunction",
            "expected a Java function of this service, got: " + chunk.call().function().label(),
            null);
    for (int i = 0; i < chunk.count(); i++) {
      outcomes.failed(outcomes.values().length(), Outcome.FAILED, unknown);
    }
    outcomes.spans().add(chunk.count(), 0);
    sink.outcomes(chunk, outcomes.take());
  }
}
