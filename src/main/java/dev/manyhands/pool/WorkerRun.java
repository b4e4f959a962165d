package dev.manyhands.pool;

import dev.manyhands.job.Chunk;
import dev.manyhands.job.Function;
import dev.manyhands.job.JsonLines;
import dev.manyhands.job.Outcome;
import dev.manyhands.job.TaskError;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One chunk from the moment that a slot takes it until every task is answered or known not to have
/// started.
///
/// ```
/// take a process -> load the function -> send the inputs -> outcomes ... end -> give the process back
///        |                 |                   |               |
///        +-----------------+-------------------+---------------+--> stopped or died: read what is left,
///                                                                   blame one task, discard the process
/// ```
///
/// [#run] belongs to the slot's thread; [#stop] may come from any thread at any time. The first
/// reason to stop counts.
final class WorkerRun implements ProcessRun {
  private static final Logger log = LoggerFactory.getLogger(WorkerRun.class);

  /// What the chunks of a pool share.
  record Shared(
      WarmChildren children,
      ProcessSettings settings,
      Watchdog watchdog,
      LearnedMemory memory,
      OomKills oomKills) {}

  /// A process that ends before it has received the chunk need not have failed by it: so often
  /// another one is tried.
  private static final int MAX_TRIES = 3;

  private final Chunk chunk;
  private final Answers answers;
  private final Shared shared;
  private final ChildProcess.Key key;
  private final AtomicReference<@Nullable Stop> stop = new AtomicReference<>();
  private final Recall recall;

  /// Of the current process.
  private volatile Silence silence = new Silence();

  private volatile @Nullable ChildProcess current;

  /// How the last process ended that had the function, and not the chunk.
  private TaskError.@Nullable Exit endedLoaded;

  /// Whether the slot's thread waits for the worker, and not for whoever takes its answers.
  private volatile boolean listens;

  WorkerRun(Chunk chunk, Answers answers, Shared shared) {
    this.chunk = chunk;
    this.answers = answers;
    this.shared = shared;
    this.recall = new Recall(chunk, this, answers.asked(), shared.watchdog());
    this.key = new ChildProcess.Key(chunk.call().caller(), chunk.call().function());
  }

  @Override
  public boolean stop(Stop reason) {
    // The reason before the look at the process: run() looks the other way round, so one of the two
    // sees the other.
    if (!stop.compareAndSet(null, reason)) {
      return false;
    }
    ChildProcess child = current;
    if (child != null) {
      child.kill();
    }
    return true;
  }

  @Override
  public void cut() {
    recall.cut();
  }

  @Override
  public void cancel(int index) {
    recall.cancel(index);
  }

  /// Ends a process that says nothing though it runs no task: one that has not even taken the chunk
  /// costs nobody anything, any other is blamed like one that dies. Has one that runs a long task
  /// tell of those that ended before it.
  @Override
  public void lookWhetherMute() {
    ChildProcess child = current;
    if (child == null) {
      return;
    }
    Silence ofChild = silence;
    BlameCell.Claim claim = child.cell().claim();
    if (ofChild.hidesOutcomes(claim)) {
      child.askToTell();
    }
    if (!ofChild.isTooLong(claim, listens)) {
      return;
    }
    boolean untouched = claim.chunk() < child.sequence();
    if (untouched) {
      child.kill();
    } else if (stop(new Stop.Mute())) {
      shared.children().starts().countDeath();
    } else {
      return;
    }
    log.warn(
        "a worker process of {} has said nothing for {} though it runs no task; it is ended",
        key.function().label(),
        Silence.LONGEST);
  }

  @Override
  public void run() throws InterruptedException {
    JsonLines inputs = chunk.inputs().get();
    if (inputs.count() != chunk.count()) {
      throw new IllegalStateException(
          "expected "
              + chunk.count()
              + " inputs from "
              + chunk.first()
              + ", got "
              + inputs.count());
    }
    if (key.function() instanceof Function.Java || key.function() instanceof Function.Http) {
      String message = "worker processes run no " + key.function().label();
      answers.failAll(TaskError.function("WrongPool", message, null));
      return;
    }
    for (int tries = 1; tries <= MAX_TRIES && stop.get() == null; tries++) {
      ChildProcess child = shared.children().take(key, chunk.alone());
      if (child == null || runIn(child, inputs)) {
        return;
      }
    }
    if (stop.get() != null) {
      return;
    }
    TaskError.Exit exit = endedLoaded;
    if (exit == null) {
      shared.children().degrade("its worker processes end before they get any work");
    } else {
      // Its code has run in each of them, so the pool is well, and somebody has to pay some time.
      String message =
          "the worker process "
              + ExitStatus.inWords(exit)
              + " before it had the task, so often in a row: "
              + MAX_TRIES;
      answers.fail(chunk.first(), Outcome.CRASHED, TaskError.crash(message, exit));
    }
  }

  /// @return false if the process ended before it had the chunk, so that another one may try
  private boolean runIn(ChildProcess child, JsonLines inputs) {
    boolean kept = false;
    silence = new Silence();
    current = child;
    try {
      if (stop.get() != null) {
        return true;
      }
      if (child.key() == null) {
        Loading.End loaded = new Loading(key, answers, shared, () -> stop.get() != null).of(child);
        if (loaded != Loading.End.LOADED) {
          return loaded == Loading.End.FAILED;
        }
      }
      @Nullable String broken = exchange(child, inputs);
      if (broken == null && stop.compareAndSet(null, new Stop.Finished())) {
        kept = keep(child);
        if (answers.isOutOfMemory()) {
          shared.memory().ranOut(key.function());
        }
        answers.send();
        return true;
      }
      return endedEarly(child, broken);
    } finally {
      current = null;
      if (!kept) {
        shared.children().discard(child);
      }
    }
  }

  private boolean keep(ChildProcess child) {
    shared.children().starts().worked();
    if (shared.settings().isWornBy(child.tasks()) || answers.isOutOfMemory()) {
      return false;
    }
    shared.children().giveBack(child, shared.settings().isTooLarge(child.residentBytes()));
    return true;
  }

  /// @return null if the worker came to the end of the chunk, else what broke it off
  private @Nullable String exchange(ChildProcess child, JsonLines inputs) {
    int count = recall.begin(child) - chunk.first();
    if (count <= 0) {
      return null;
    }
    if (shared.settings().isWornBy(child.tasks() + count)) {
      shared.children().leaves(child);
    }
    listens = true;
    try (TaskDeadline _ = TaskDeadline.of(chunk, child.cell(), this, recall, shared.watchdog())) {
      child.send(chunk, inputs.slice(0, count));
      return readAnswers(child);
    } catch (IOException e) {
      return "its socket broke: " + e.getMessage();
    } catch (Violation e) {
      return "it sent " + e.getMessage();
    } finally {
      listens = false;
    }
  }

  private @Nullable String readAnswers(ChildProcess child) throws IOException, Violation {
    FrameReader frames = child.frames();
    while (true) {
      if (!frames.isReady()) {
        listens = false;
        answers.send();
        listens = true;
      }
      FrameReader.Frame frame = frames.next();
      if (frame == null) {
        return Blame.ENDED;
      }
      switch (frame.type()) {
        case WorkerFrames.OUTCOMES -> {
          listens = false; // it may send
          answers.add(frame.payload());
          listens = true;
        }
        case WorkerFrames.END -> {
          if (!recall.isEnd(answers.next())
              || frame.payload().remaining() != WorkerFrames.END_BYTES
              || frame.payload().getLong() != child.sequence()) {
            throw new Violation("the end of a chunk before its last outcome");
          }
          shared.memory().peak(key.function(), Math.max(0, frame.payload().getLong()));
          child.hasBytes(frame.payload().getLong());
          return null;
        }
        default -> throw new Violation("a frame of type " + frame.type());
      }
    }
  }

  /// @return false if another process may try
  private boolean endedEarly(ChildProcess child, @Nullable String broken) {
    child.kill();
    TaskError.Exit exit = child.awaitExit();
    boolean outOfMemory =
        stop.get() == null && ExitStatus.isKilled(exit) && shared.oomKills().sawOne();
    Blame blame = new Blame(chunk, answers, outOfMemory);
    blame.takeFromShelf(child.cell());
    BlameCell.Claim claim = child.cell().claim();
    if (stop.get() == null) {
      shared.children().starts().countDeath();
    }
    if (answers.next() > chunk.first()) {
      shared.children().starts().worked();
    }
    boolean untouched = claim.chunk() < child.sequence() && answers.next() == chunk.first();
    if (untouched && stop.get() == null) {
      log.warn(
          "a worker process of {} ended before it had its chunk; trying another",
          key.function().label());
      endedLoaded = exit;
      return false;
    }
    if (exit.peakMemoryBytes() != null) {
      shared.memory().peak(key.function(), exit.peakMemoryBytes());
    }
    if (outOfMemory || answers.isOutOfMemory()) {
      shared.memory().ranOut(key.function());
    }
    blame.lay(stop.get(), claim, exit, broken);
    return true;
  }
}
