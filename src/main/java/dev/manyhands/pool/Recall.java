package dev.manyhands.pool;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.manyhands.job.Chunk;
import dev.manyhands.job.Outcome;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What is called back of a chunk that a process has or is about to get: a task that runs is asked
/// to end, and one that has not started takes all behind it along, which may run elsewhere. Safe
/// for use by several threads; never waits.
final class Recall {
  /// How long a task that was asked to end may clear away before its process is ended.
  static final Duration GRACE = Duration.ofSeconds(1);

  private final WorkerRun run;
  private final Asked asked;
  private final Watchdog watchdog;

  private final int first;

  /// No task is started from this index on.
  @GuardedBy("this")
  private int end;

  /// Has the chunk.
  @GuardedBy("this")
  private @Nullable ChildProcess holder;

  Recall(Chunk chunk, WorkerRun run, Asked asked, Watchdog watchdog) {
    this.run = run;
    this.asked = asked;
    this.watchdog = watchdog;
    this.first = chunk.first();
    this.end = chunk.end();
  }

  /// The process gets the chunk now; from now on it is told itself what is called back.
  ///
  /// @return the index before which the chunk ends
  synchronized int begin(ChildProcess child) {
    child.nextChunk();
    holder = child;
    return end;
  }

  /// Whether a process that has answered all before this index may say that it is at the end.
  synchronized boolean isEnd(int index) {
    return index >= end;
  }

  /// One task is not wanted any more.
  void cancel(int index) {
    ChildProcess child = holder(index);
    if (child == null) {
      return;
    }
    boolean isNew = asked.add(index, Outcome.CANCELLED);
    if (runs(child, index)) {
      if (isNew) {
        child.askToEnd(index);
      }
    } else {
      cut(child, index);
    }
    var _ = watchdog.after(GRACE.toNanos(), () -> end(child, index));
  }

  /// Nothing more is wanted but what runs.
  void cut() {
    ChildProcess child;
    synchronized (this) {
      // Where the worker ends is for it to say: it may have started another task meanwhile.
      end = first;
      child = holder;
    }
    if (child != null) {
      child.askToCut();
    }
  }

  private synchronized @Nullable ChildProcess holder(int index) {
    if (holder == null) {
      end = Math.min(end, index);
    }
    return holder;
  }

  private void cut(ChildProcess child, int index) {
    if (child.cell().claim().running() < index) {
      synchronized (this) {
        end = Math.min(end, index);
      }
      child.askToCut(index);
    }
  }

  private void end(ChildProcess child, int index) {
    if (runs(child, index)) {
      var _ = run.stop(new ProcessRun.Stop.TaskCancelled(index));
    }
  }

  /// The task has run for as long as it may before it is asked to end.
  void askInTime(int index) {
    ChildProcess child;
    synchronized (this) {
      child = holder;
    }
    if (child != null && asked.add(index, Outcome.TIMED_OUT)) {
      child.askToEnd(index);
    }
  }

  private static boolean runs(ChildProcess child, int index) {
    BlameCell.Claim claim = child.cell().claim();
    return claim.running() == index && claim.chunk() == child.sequence();
  }
}
