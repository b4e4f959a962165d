package dev.manyhands.pool;

import dev.manyhands.job.Chunk;
import dev.manyhands.job.Function;
import dev.manyhands.job.JsonLines;
import dev.manyhands.job.Outcome;
import dev.manyhands.job.TaskError;
import java.time.Duration;
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
  private volatile @Nullable Stop stop;
  private volatile @Nullable RunningTask running;

  ChunkRun(Chunk chunk, ChunkSink sink, String worker) {
    this.chunk = chunk;
    this.sink = sink;
    this.worker = worker;
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
    RunningTask now = running;
    if (now != null) {
      now.interrupt();
    }
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
    Collected collected = new Collected(worker, shared.clock(), chunk, inputs.length());
    LineTask function = function(shared);
    if (function == null) {
      failAll(collected);
      return;
    }
    Duration timeout = chunk.call().timeout();
    if (timeout == null) {
      new TaskLoop(this, function, inputs, collected, task, null).run(shared.watchdog());
      return;
    }
    try (TimeLimit _ = new TimeLimit(shared.watchdog(), task, timeout.toNanos())) {
      new TaskLoop(this, function, inputs, collected, task, timeout).run(shared.watchdog());
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
  private void failAll(Collected collected) {
    TaskError unknown =
        TaskError.function(
            "UnknownFunction",
            "expected a Java function of this service, got: " + chunk.call().function().label(),
            null);
    for (int i = 0; i < chunk.count(); i++) {
      collected.failed(collected.values().length(), Outcome.FAILED, unknown);
    }
    collected.spans().add(chunk.count(), 0);
    sink.outcomes(chunk, collected.take());
  }
}
