package dev.manyhands.pool;

import dev.manyhands.job.Chunk;
import dev.manyhands.job.Function;
import java.time.Duration;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/// Looks now and then which task of a chunk runs in a worker process, and stops the chunk when one
/// runs for too long by the clock of this side: never too early, and late by an eighth of the
/// timeout at most, or a quarter of a second. Before that it has the task asked to end, if it is to
/// be.
///
/// Which task runs is the worker's claim. One that claims ever other tasks is stopped when all of
/// them together have run for too long; one that claims to run none is the affair of [Silence].
final class TaskDeadline implements AutoCloseable {
  private static final long MIN_LOOK_NANOS = Duration.ofMillis(2).toNanos();
  private static final long MAX_LOOK_NANOS = Duration.ofMillis(250).toNanos();

  /// A command's own worker ends it in time; this side looks only whether the worker does.
  private static final Duration COMMAND_GRACE = Duration.ofSeconds(2);

  /// Longer than any [Silence] takes to be seen, since a silent worker need not be a task's fault.
  private static final Duration CHUNK_GRACE = Silence.LONGEST.multipliedBy(2);

  private static final TaskDeadline NONE = new TaskDeadline();

  private final @Nullable Look look;

  private TaskDeadline() {
    look = null;
  }

  private TaskDeadline(Look look) {
    this.look = look;
    look.again();
  }

  /// A chunk without timeouts is not looked at here; see [Silence].
  static TaskDeadline of(
      Chunk chunk, BlameCell cell, WorkerRun run, Recall recall, Watchdog watchdog) {
    Duration hard = chunk.call().timeouts().hard();
    if (hard == null) {
      return NONE;
    }
    boolean command = chunk.call().function() instanceof Function.Command;
    long limit = (command ? hard.plus(COMMAND_GRACE) : hard).toNanos();
    Duration soft = chunk.call().timeouts().soft();
    long softLimit = soft == null ? Long.MAX_VALUE : soft.toNanos();
    Limits limits = new Limits(softLimit, limit, chunk.count());
    return new TaskDeadline(new Look(limits, cell, run, recall, watchdog));
  }

  /// How long a task may run, in nanoseconds.
  ///
  /// @param soft before it is asked to end
  /// @param tasks of the chunk
  private record Limits(long soft, long hard, int tasks) {
    /// How long all together may run.
    long ofChunk() {
      return (long) Math.min((double) hard * tasks + CHUNK_GRACE.toNanos(), Long.MAX_VALUE / 2.0);
    }

    long untilNextLook() {
      return Math.clamp(Math.min(soft, hard) / 8, MIN_LOOK_NANOS, MAX_LOOK_NANOS);
    }
  }

  @Override
  public void close() {
    if (look != null) {
      look.close();
    }
  }

  /// Sets itself up again until it is closed or has stopped the run.
  private static final class Look implements Runnable {
    private final Limits limits;
    private final long chunkLimitNanos;
    private final long startNanos = System.nanoTime();
    private final BlameCell cell;
    private final WorkerRun run;
    private final Recall recall;
    private final Watchdog watchdog;
    private volatile boolean over;
    private volatile @Nullable Future<?> next;
    // Touched by the watchdog's thread only.
    private BlameCell.@Nullable Claim last;
    private long lastNanos;

    Look(Limits limits, BlameCell cell, WorkerRun run, Recall recall, Watchdog watchdog) {
      this.limits = limits;
      this.chunkLimitNanos = limits.ofChunk();
      this.recall = recall;
      this.cell = cell;
      this.run = run;
      this.watchdog = watchdog;
    }

    void again() {
      Future<?> look = watchdog.after(limits.untilNextLook(), this);
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
      if (claim.running() >= 0 && now - lastNanos >= limits.soft()) {
        recall.askInTime((int) claim.running());
      }
      boolean late = claim.running() >= 0 && now - lastNanos >= limits.hard();
      if (late || now - startNanos >= chunkLimitNanos) {
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
