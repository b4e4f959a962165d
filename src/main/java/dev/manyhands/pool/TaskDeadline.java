package dev.manyhands.pool;

import dev.manyhands.job.Chunk;
import dev.manyhands.job.Function;
import java.time.Duration;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/// Looks now and then which task of a chunk runs in a worker process, and stops the chunk when one
/// runs for too long by the clock of this side: never too early, and late by an eighth of the
/// timeout at most, or a quarter of a second.
///
/// Which task runs is the worker's claim. One that claims ever other tasks is stopped when all of
/// them together have run for too long.
final class TaskDeadline implements AutoCloseable {
  private static final long MIN_LOOK_NANOS = Duration.ofMillis(2).toNanos();
  private static final long MAX_LOOK_NANOS = Duration.ofMillis(250).toNanos();

  /// A command's own worker ends it in time; this side looks only whether the worker does.
  private static final Duration COMMAND_GRACE = Duration.ofSeconds(2);

  /// For reading the inputs and writing the answers.
  private static final Duration CHUNK_GRACE = Duration.ofSeconds(10);

  private static final TaskDeadline NONE = new TaskDeadline();

  private final @Nullable Look look;

  private TaskDeadline() {
    look = null;
  }

  private TaskDeadline(Look look) {
    this.look = look;
    look.again();
  }

  /// @param timeout of each task; none: nothing is looked at
  static TaskDeadline of(
      @Nullable Duration timeout, Chunk chunk, BlameCell cell, WorkerRun run, Watchdog watchdog) {
    if (timeout == null) {
      return NONE;
    }
    boolean command = chunk.call().function() instanceof Function.Command;
    long limit = (command ? timeout.plus(COMMAND_GRACE) : timeout).toNanos();
    return new TaskDeadline(new Look(limit, chunk.count(), cell, run, watchdog));
  }

  @Override
  public void close() {
    if (look != null) {
      look.close();
    }
  }

  /// Sets itself up again until it is closed or has stopped the run.
  private static final class Look implements Runnable {
    private final long limitNanos;
    private final long chunkLimitNanos;
    private final long startNanos = System.nanoTime();
    private final BlameCell cell;
    private final WorkerRun run;
    private final Watchdog watchdog;
    private volatile boolean over;
    private volatile @Nullable Future<?> next;
    // Touched by the watchdog's thread only.
    private BlameCell.@Nullable Claim last;
    private long lastNanos;

    Look(long limitNanos, int count, BlameCell cell, WorkerRun run, Watchdog watchdog) {
      this.limitNanos = limitNanos;
      double all = (double) limitNanos * count + CHUNK_GRACE.toNanos();
      this.chunkLimitNanos = (long) Math.min(all, Long.MAX_VALUE / 2.0);
      this.cell = cell;
      this.run = run;
      this.watchdog = watchdog;
    }

    void again() {
      long wait = Math.clamp(limitNanos / 8, MIN_LOOK_NANOS, MAX_LOOK_NANOS);
      Future<?> look = watchdog.after(wait, this);
      next = look;
      if (over) {
        look.cancel(false);
      }
    }

    @Override
    public void run() {
      if (over) {
        return;
      }
      BlameCell.Claim claim = cell.claim();
      long now = System.nanoTime();
      if (last == null || claim.running() != last.running() || claim.chunk() != last.chunk()) {
        last = claim;
        lastNanos = now;
      }
      long limit = claim.running() < 0 ? limitNanos + CHUNK_GRACE.toNanos() : limitNanos;
      if (now - lastNanos >= limit || now - startNanos >= chunkLimitNanos) {
        var _ = run.stop(new ProcessRun.Stop.TimedOut(claim.running()));
      } else {
        again();
      }
    }

    void close() {
      over = true;
      Future<?> look = next;
      if (look != null) {
        look.cancel(false);
      }
    }
  }
}
