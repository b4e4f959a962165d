package dev.manyhands.pool;

import dev.manyhands.job.Chunk;
import dev.manyhands.job.Outcome;
import dev.manyhands.job.TaskError;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Who pays for a worker process that ended in the middle of a chunk: one task at most. Those that
/// it had finished keep their outcomes, also the ones that it had not sent; those after it have not
/// started.
final class Blame {
  private static final Logger log = LoggerFactory.getLogger(Blame.class);

  /// The process ended by itself.
  static final String ENDED = "it ended";

  static final TaskError CANCELLED =
      TaskError.exception("Cancelled", "the job was cancelled while the task ran", null);

  static final TaskError TASK_CANCELLED =
      TaskError.exception("Cancelled", "the task was cancelled while it ran", null);

  /// Of a task that may not run again.
  static final TaskError STOPPED =
      new TaskError(
          "crash",
          "ServiceEnded",
          "the service was stopped while the task ran, which may run only once",
          null,
          null,
          null);

  /// An index that no task has.
  private static final int NOBODY = -1;

  private final Chunk chunk;
  private final Answers answers;

  /// Whether the kernel ended the process for want of memory.
  private final boolean outOfMemory;

  Blame(Chunk chunk, Answers answers, boolean outOfMemory) {
    this.chunk = chunk;
    this.answers = answers;
    this.outOfMemory = outOfMemory;
  }

  /// What the worker had done and not sent. A shelf that the task's code has spoilt is read as far
  /// as it is sound.
  void takeFromShelf(BlameCell cell) {
    byte[] shelf = cell.shelf();
    FrameReader frames =
        new FrameReader(Channels.newChannel(new ByteArrayInputStream(shelf)), shelf.length);
    try {
      for (FrameReader.Frame frame = frames.next(); frame != null; frame = frames.next()) {
        if (frame.type() == WorkerFrames.OUTCOMES) {
          answers.addUnlessKnown(frame.payload());
        }
      }
    } catch (IOException | Violation e) {
      log.debug("the shelf of a dead worker process is unsound: {}", e.getMessage());
    }
  }

  /// One task answers for the end of the process: the one that ran. Those after it have not
  /// started. Those before it whose outcomes are lost run again, or have crashed too if they may
  /// run only once.
  ///
  /// @param stop why this side ended the process, if it did
  /// @param broken what the process did wrong, if this side ended it for that
  void lay(
      ProcessRun.@Nullable Stop stop,
      BlameCell.Claim claim,
      TaskError.Exit exit,
      @Nullable String broken) {
    answers.send();
    if (answers.isComplete()) {
      return;
    }
    int answered =
        switch (stop) {
          case null -> blame(claim, exit, broken);
          case ProcessRun.Stop.TimedOut timedOut -> timeOut(timedOut.index());
          case ProcessRun.Stop.Mute _ -> {
            String message =
                "the worker process was ended, because it said nothing for "
                    + Silence.LONGEST
                    + " though it ran no task";
            yield fail(answers.next(), Outcome.CRASHED, TaskError.crash(message, exit));
          }
          case ProcessRun.Stop.TaskCancelled cancelled -> cancel(cancelled.index(), TASK_CANCELLED);
          case ProcessRun.Stop.Cancelled _ -> cancel(claim.running(), CANCELLED);
          // Nobody's fault: they may run elsewhere.
          case ProcessRun.Stop.Closed _, ProcessRun.Stop.Finished _ -> NOBODY;
        };
    if (chunk.call().once()) {
      boolean stopped = stop instanceof ProcessRun.Stop.Closed;
      crashStarted(claim, answered, stopped ? STOPPED : lost(exit));
    }
  }

  /// @return the task that has answered for it
  private int blame(BlameCell.Claim claim, TaskError.Exit exit, @Nullable String broken) {
    if (hasAnswered(claim.running())) {
      return NOBODY; // it ended between two tasks: the next one has not started
    }
    String message =
        broken == null || broken.equals(ENDED)
            ? "the worker process " + ExitStatus.inWords(exit) + " while the task ran"
            : "the worker process was ended while the task ran, because " + broken;
    int culprit = culprit(claim.running());
    if ("SIGXCPU".equals(exit.signal())) {
      String over = message + ": it used more processor time than limits.cpu-time";
      return fail(culprit, Outcome.FAILED, TaskError.limit("CpuTimeLimit", over, null, exit));
    }
    if (outOfMemory && !chunk.call().once()) {
      return fail(culprit, Outcome.FAILED, TaskError.outOfMemory(message + OomKills.WHY, exit));
    }
    return fail(culprit, Outcome.CRASHED, TaskError.crash(message, exit));
  }

  private int timeOut(long index) {
    if (hasAnswered(index)) {
      return NOBODY;
    }
    String message =
        "expected to end within " + chunk.call().timeouts().hard() + "; its process was ended";
    return fail(culprit(index), Outcome.TIMED_OUT, TaskError.timeout(message));
  }

  private int cancel(long index, TaskError error) {
    return isUnanswered(index) ? fail((int) index, Outcome.CANCELLED, error) : NOBODY;
  }

  private int fail(int index, Outcome outcome, TaskError error) {
    answers.fail(index, outcome, error);
    return index;
  }

  /// Tasks that may have run and must not run again; all of the chunk, where nobody knows how far
  /// the process got.
  private void crashStarted(BlameCell.Claim claim, int answered, TaskError error) {
    long last = BlameCell.Claim.SPOILT.equals(claim) ? chunk.end() - 1L : claim.running();
    for (int index = answers.next(); isUnanswered(last) && index <= last; index++) {
      if (index != answered) {
        answers.fail(index, Outcome.CRASHED, error);
      }
    }
  }

  private static TaskError lost(TaskError.Exit exit) {
    return TaskError.crash(
        "the worker process "
            + ExitStatus.inWords(exit)
            + " before the task's outcome was told, and the task may run only once",
        exit);
  }

  /// Whether that task of this chunk is done, so that a process which claims to run it got on.
  private boolean hasAnswered(long index) {
    return index >= chunk.first() && index < answers.next();
  }

  private int culprit(long claimed) {
    return isUnanswered(claimed) ? (int) claimed : answers.next();
  }

  private boolean isUnanswered(long index) {
    return index >= answers.next() && index < chunk.end();
  }
}
