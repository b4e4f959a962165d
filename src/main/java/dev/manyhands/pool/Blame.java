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
  /// started.
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
    switch (stop) {
      case null -> {
        if (hasAnswered(claim.running())) {
          return; // it ended between two tasks: the next one has not started
        }
        String message =
            broken == null || broken.equals(ENDED)
                ? "the worker process " + ExitStatus.inWords(exit) + " while the task ran"
                : "the worker process was ended while the task ran, because " + broken;
        if ("SIGXCPU".equals(exit.signal())) {
          String over = message + ": it used more processor time than limits.cpu-time";
          TaskError limit = TaskError.limit("CpuTimeLimit", over, null, exit);
          answers.fail(culprit(claim.running()), Outcome.FAILED, limit);
        } else if (outOfMemory && !chunk.call().once()) {
          TaskError error = TaskError.outOfMemory(message + OomKills.WHY, exit);
          answers.fail(culprit(claim.running()), Outcome.FAILED, error);
        } else {
          answers.fail(culprit(claim.running()), Outcome.CRASHED, TaskError.crash(message, exit));
        }
      }
      case ProcessRun.Stop.TimedOut timedOut -> {
        String message =
            "expected to end within " + chunk.call().timeouts().hard() + "; its process was ended";
        if (timedOut.index() >= answers.next() || timedOut.index() < chunk.first()) {
          answers.fail(culprit(timedOut.index()), Outcome.TIMED_OUT, TaskError.timeout(message));
        }
      }
      case ProcessRun.Stop.Mute _ -> {
        String message =
            "the worker process was ended, because it said nothing for "
                + Silence.LONGEST
                + " though it ran no task";
        answers.fail(answers.next(), Outcome.CRASHED, TaskError.crash(message, exit));
      }
      case ProcessRun.Stop.TaskCancelled cancelled -> {
        if (isUnanswered(cancelled.index())) {
          answers.fail(cancelled.index(), Outcome.CANCELLED, TASK_CANCELLED);
        }
      }
      case ProcessRun.Stop.Cancelled _ -> {
        if (isUnanswered(claim.running())) {
          answers.fail((int) claim.running(), Outcome.CANCELLED, CANCELLED);
        }
      }
      case ProcessRun.Stop.Closed _ when chunk.call().once() -> crashStarted(claim);
      case ProcessRun.Stop.Closed _, ProcessRun.Stop.LoadTimedOut _, ProcessRun.Stop.Finished _ -> {
        // Nobody's fault: they may run elsewhere.
      }
    }
  }

  /// Tasks that may have run and must not run again: those of a span that was not told yet, too.
  private void crashStarted(BlameCell.Claim claim) {
    long last = BlameCell.Claim.SPOILT.equals(claim) ? answers.next() : claim.running();
    for (int index = answers.next(); isUnanswered(last) && index <= last; index++) {
      answers.fail(index, Outcome.CRASHED, STOPPED);
    }
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
