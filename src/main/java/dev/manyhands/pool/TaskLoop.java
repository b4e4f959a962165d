package dev.manyhands.pool;

import dev.manyhands.job.Chunk;
import dev.manyhands.job.JsonLines;
import dev.manyhands.job.Outcome;
import dev.manyhands.job.TaskError;
import dev.manyhands.job.Timeouts;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The tasks of a chunk one after the other, on the worker's thread; their outcomes are told at the
/// end, and every 50 ms or, if nobody waits for them, 200 ms; behind a task that runs for longer
/// than that, others tell them. Allocates nothing per task but what the function itself does.
final class TaskLoop {
  private static final long TELL_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  /// Among two hundred workers that wait for 50 ms each, telling of every task costs as much as all
  /// else together.
  private static final long TELL_LATER_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  /// A span ends with the task that runs after this time, so that tasks which turn slow are told
  /// and timed soon.
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  private final ChunkRun chunkRun;
  private final LineTask function;
  private final JsonLines inputs;
  private final Collected collected;
  private final RunningTask running;
  private final Timeouts timeouts;
  private final long timeoutNanos;
  private final long tellNanos;
  private int index;
  private long nowNanos = System.nanoTime();
  private long toldNanos = nowNanos;
  private volatile boolean lookAtClock;
  private volatile boolean lookIsDue;

  /// With a timeout, each task is timed by itself.
  TaskLoop(
      ChunkRun chunkRun,
      LineTask function,
      JsonLines inputs,
      Collected collected,
      RunningTask running) {
    this.chunkRun = chunkRun;
    this.function = function;
    this.inputs = inputs;
    this.collected = collected;
    this.running = running;
    this.timeouts = chunkRun.chunk().call().timeouts();
    @Nullable Duration hard = timeouts.hard();
    this.timeoutNanos = hard == null ? Long.MAX_VALUE : hard.toNanos();
    this.tellNanos = patienceNanos(chunkRun.chunk());
    this.index = chunkRun.chunk().first();
  }

  /// How long outcomes may wait for others.
  static long patienceNanos(Chunk chunk) {
    return chunk.prompt() ? TELL_NANOS : TELL_LATER_NANOS;
  }

  void run(Watchdog watchdog) {
    int at = inputs.offset();
    int left = inputs.count();
    TaskSpans spans = collected.spans();
    boolean goesOn = true;
    while (goesOn && left > 0) {
      int most = isUntimed() ? Math.min(spans.next(), left) : 1;
      if (most > 1 && !lookIsDue) {
        lookIsDue = true;
        var _ = watchdog.after(LOOK_NANOS, this::requestLook);
      }
      long startedNanos = nowNanos;
      int ran = 0;
      do {
        int end = inputs.end(at);
        goesOn = runTask(at, end);
        if (goesOn) {
          ran++;
          index++;
        }
        at = end + 1;
      } while (goesOn && ran < most && !lookAtClock);
      if (running.isGivenUp()) {
        return;
      }
      if (isUntimed()) {
        nowNanos = System.nanoTime();
      }
      lookAtClock = false;
      left -= ran;
      int untimed = collected.values().left() - spans.tasks();
      if (untimed > 0) {
        spans.add(untimed, nowNanos - startedNanos);
      }
      if (left > 0 && (collected.isFull() || nowNanos - toldNanos >= tellNanos)) {
        tell();
      }
    }
    tell();
  }

  private boolean isUntimed() {
    return timeoutNanos == Long.MAX_VALUE;
  }

  /// @return false if the task has no outcome, since the chunk is stopped, or the task is given up
  private boolean runTask(int from, int to) {
    LineBuffer values = collected.values();
    int mark = values.length();
    values.mark();
    long startedNanos = nowNanos;
    running.begin(startedNanos);
    if (!chunkRun.mayStart(index)) {
      running.end();
      chunkRun.awaitTeller();
      return false;
    }
    @Nullable Throwable thrown = null;
    try {
      function.run(inputs.bytes(), from, to, values);
    } catch (Throwable e) {
      // Errors too are the task's own: a stack that overflowed is empty again here. When the heap
      // is full the JVM has
      // left already, by -XX:+ExitOnOutOfMemoryError, before anyone could catch it.
      thrown = e;
    }
    boolean interrupted = running.end();
    chunkRun.awaitTeller();
    if (interrupted && running.isGivenUp()) {
      return false;
    }
    if (!isUntimed()) {
      nowNanos = System.nanoTime();
    }
    ChunkRun.Stop stop = interrupted ? chunkRun.stopped() : null;
    if (stop == ChunkRun.Stop.CLOSE && !chunkRun.chunk().call().once()) {
      values.cut(mark);
      return false;
    }
    if (stop == ChunkRun.Stop.CLOSE && thrown != null) {
      collected.failed(mark, Outcome.CRASHED, Blame.STOPPED);
    } else if (stop == ChunkRun.Stop.CANCEL) {
      collected.failed(mark, Outcome.CANCELLED, Blame.CANCELLED);
    } else if (nowNanos - startedNanos >= timeoutNanos && !isUntimed()) {
      // Also when it returned a value: who waited for it has been promised that it takes no longer.
      collected.failed(mark, Outcome.TIMED_OUT, timedOut(nowNanos - startedNanos));
    } else if (interrupted && thrown != null) {
      // It was asked to end, and did; a value counts all the same.
      asked(mark);
    } else if (thrown != null) {
      collected.failed(mark, Outcome.FAILED, TaskErrors.of(thrown));
    } else {
      collected.succeeded();
    }
    return true;
  }

  private void asked(int mark) {
    if (chunkRun.isCancelled(index)) {
      collected.failed(mark, Outcome.CANCELLED, Blame.TASK_CANCELLED);
    } else {
      collected.failed(mark, Outcome.TIMED_OUT, TaskError.timeout(Asked.afterSoft(timeouts)));
    }
  }

  private TaskError timedOut(long ranNanos) {
    return TaskError.timeout(
        "expected to end within "
            + timeouts.hard()
            + ", ended after "
            + TimeUnit.NANOSECONDS.toMillis(ranNanos)
            + " ms");
  }

  private void tell() {
    if (!collected.isEmpty()) {
      chunkRun.sink().outcomes(chunkRun.chunk(), collected.take());
      // The sink may have taken its time, which is no task's.
      nowNanos = System.nanoTime();
      toldNanos = nowNanos;
    }
  }

  private void requestLook() {
    lookIsDue = false;
    lookAtClock = true;
  }
}
