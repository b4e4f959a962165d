package dev.manyhands.pool;

import dev.manyhands.job.Chunk;
import dev.manyhands.job.Outcome;
import dev.manyhands.job.TaskError;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells outcomes of a chunk in the place of its worker, whose thread is in a task that takes long,
/// or is lost.
///
/// Who tells raises the flag, then sees that the task still runs; the worker ends its task, then
/// looks at the flag. So one of the two sees the other: either nothing is told here, or the worker
/// touches what it has only when that is told.
final class Teller {
  private static final Logger log = LoggerFactory.getLogger(Teller.class);

  private final ChunkRun run;
  private final Chunk chunk;
  private final Collected collected;
  private final Object turn = new Object();

  /// Whether somebody has the turn, or is about to look whether it is his.
  private volatile boolean othersTell;

  /// @param collected what the worker has
  Teller(ChunkRun run, Collected collected) {
    this.run = run;
    this.chunk = run.chunk();
    this.collected = collected;
  }

  /// Tells what was held back since before a task, if that runs long.
  ///
  /// @param serial number of the task, counted from 1
  void tellHeld(RunningTask task, long serial) {
    if (hides(task, serial)) {
      // The sink may wait, and who looks does not.
      Thread.ofVirtual().name("teller").start(() -> tell(task, serial));
    }
  }

  private boolean hides(RunningTask task, long serial) {
    return task.ranNanos(serial, System.nanoTime()) >= TaskLoop.patienceNanos(chunk)
        && collected.told() < serial - 1;
  }

  private void tell(RunningTask task, long serial) {
    synchronized (turn) {
      othersTell = true;
      try {
        if (task.running() == serial && hides(task, serial)) {
          run.sink().outcomes(chunk, collected.held());
        }
      } catch (RuntimeException e) {
        // As where the worker tells: the rest is free to run again.
        log.error(
            "chunk {} of {} is cut: its outcomes could not be told",
            chunk.id(),
            chunk.call().job(),
            e);
        run.cut();
      } finally {
        othersTell = false;
      }
    }
  }

  /// For the worker, which has left its task's code: waits for whoever tells.
  void awaitTurn() {
    if (othersTell) {
      synchronized (turn) {
        // Whoever comes later sees that the task has ended.
      }
    }
  }

  /// All of the worker's, and how the task ends that was given up.
  void tellLeft(Outcome outcome, TaskError error, long ranNanos) {
    synchronized (turn) {
      run.sink().outcomes(chunk, collected.leftBehind(outcome, error, ranNanos));
    }
  }
}
