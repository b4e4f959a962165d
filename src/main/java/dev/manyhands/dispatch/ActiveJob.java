package dev.manyhands.dispatch;

import dev.manyhands.job.Counts;
import dev.manyhands.job.Failure;
import dev.manyhands.job.JobId;
import dev.manyhands.job.JobState;
import dev.manyhands.job.OnFailure;
import dev.manyhands.job.Outcome;
import dev.manyhands.job.Outcomes;
import dev.manyhands.job.Ranges;
import dev.manyhands.job.Reason;
import dev.manyhands.job.ResultBlock;
import dev.manyhands.job.Retry;
import dev.manyhands.job.Standing;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A job that has not ended: where each of its tasks is. Only the scheduler touches it.
///
/// ```
/// fresh -> handed -> (appended: done)
///   ^        |  \
///   |        |   `-> waiting (until due) -> ready -> handed
///   `--------' not started
/// ```
final class ActiveJob {
  private static final Reason PAUSED =
      new Reason(Reason.Kind.PAUSED, "it is paused; inputs go on arriving");

  final Order order;
  final Pace pace;
  final Hold hold;

  /// Its part of a pool beside those of others: doubled by each step of priority.
  final double weight;

  /// How far the job has been served, in nanoseconds of work over weight (start-time fair
  /// queueing).
  double virtualTime;

  /// Where it stands in its lane; none: it has ended.
  @Nullable Line line;

  /// Whether it waits there to be served.
  boolean inLine;

  int chunksOut;

  /// Chunks in a row that came back with nothing done; slows a job down that can't run.
  int fruitless;

  /// Whether nobody wants it any more: what still comes back of it counts for nothing.
  boolean gone;

  private final Pending pending;

  /// What is not in the log, wherever it is.
  private final Ranges unended;

  private final Set<Again> waiting = new LinkedHashSet<>();
  private final Map<Integer, Integer> crashes = new HashMap<>();

  /// Tasks that have run out of memory once.
  private final Set<Integer> outOfMemory = new HashSet<>();

  /// Tasks that were cancelled while a worker had them.
  private final Set<Integer> unwanted = new HashSet<>();

  private Counts counts;

  /// Whether more inputs may come.
  private boolean receiving;

  /// Whether a worker ever had a chunk of it.
  private boolean started;

  private boolean open;

  /// Whether other jobs have to end before.
  private boolean awaits;

  private boolean paused;
  private boolean cancelled;

  /// Why it was cancelled, where a client did not.
  private @Nullable Reason reason;

  /// Whether it was cancelled while it received: it never got all of its inputs.
  private boolean cutOff;

  private boolean stopped;

  ActiveJob(Order order, Hold hold, LiveLimits limits, long now) {
    this.order = order;
    this.hold = hold;
    this.open = hold.opens() <= now;
    this.awaits = hold.awaits();
    this.weight = Math.scalb(1.0, order.job().spec().placement().priority());
    Reason known = order.job().standing().reason();
    boolean heldBack = known != null && known.kind() == Reason.Kind.PAUSED;
    this.paused = heldBack || order.job().state() == JobState.PAUSED;
    this.reason = heldBack ? null : known;
    Integer chunkSize = order.job().spec().placement().chunkSize();
    this.pace =
        new Pace(
            chunkSize == null ? 0 : chunkSize,
            isDivisible() ? Pace.TARGET_NANOS : Pace.SHORT_NANOS);
    this.counts = order.job().counts();
    this.receiving = order.job().state() == JobState.RECEIVING;
    this.started =
        order.job().timeline().startedAt() != null
            || order.job().state() == JobState.RUNNING
            || counts.done() > 0;
    this.cancelled = order.job().state() == JobState.CANCELLING;
    Ranges fresh = Ranges.upTo(order.total());
    this.unended = Ranges.upTo(order.total());
    order
        .done()
        .ranges()
        .forEach(r -> {
          fresh.remove(r.first(), r.end());
          unended.remove(r.first(), r.end());
        });
    this.pending =
        LiveLimits.hasKeys(this)
            ? new KeyedPending(this, limits, fresh)
            : new PlainPending(this, fresh);
    this.stopped = stopsAtFailure() && counts.failed() + counts.crashed() + counts.timedOut() > 0;
  }

  JobId id() {
    return order.job().id();
  }

  /// Tasks that wait for nothing but a worker and permits.
  int pending() {
    return isHeld() ? 0 : pending.size();
  }

  /// What each chunk of it takes.
  List<Permits> permits() {
    return line == null ? List.of() : line.permits();
  }

  boolean hasWork() {
    return !isHeld() && !pending.isEmpty();
  }

  /// Whether nothing of it may start now, whatever is free.
  boolean isHeld() {
    return paused || !open || awaits;
  }

  boolean isOpen() {
    return open;
  }

  /// Its time has come.
  void open() {
    open = true;
  }

  /// The others have ended.
  void release() {
    awaits = false;
  }

  /// Nothing of it starts any more; it is about to be cancelled.
  void shut() {
    open = false;
  }

  /// @return false if it is so already
  boolean pause(boolean wanted) {
    boolean changes = paused != wanted;
    paused = wanted;
    return changes;
  }

  /// The most chunks that may be out at once.
  int widest(int poolSize) {
    Integer most = order.job().spec().placement().maxParallel();
    return most == null ? poolSize : Math.min(most, poolSize);
  }

  boolean isCancelled() {
    return cancelled;
  }

  /// Whether nothing new of it is to start.
  boolean isOver() {
    return cancelled || stopped;
  }

  /// The state that the log is to show after what has been sorted so far.
  JobState state() {
    if (receiving) {
      return JobState.RECEIVING;
    }
    if (counts.done() < counts.total()) {
      if (cancelled) {
        return JobState.CANCELLING;
      }
      return paused ? JobState.PAUSED : started ? JobState.RUNNING : JobState.QUEUED;
    }
    if (cutOff || cancelled && counts.cancelled() > 0) {
      return reason != null && reason.kind() == Reason.Kind.DEADLINE
          ? JobState.EXPIRED
          : JobState.CANCELLED;
    }
    return counts.succeeded() == counts.total() ? JobState.SUCCEEDED : JobState.FAILED;
  }

  /// The state, with its reason.
  Standing standing() {
    JobState state = state();
    return switch (state) {
      case CANCELLING, CANCELLED, EXPIRED -> new Standing(state, reason);
      case RECEIVING -> paused ? new Standing(state, PAUSED) : Standing.of(state);
      case QUEUED, RUNNING, PAUSED, SUCCEEDED, FAILED -> Standing.of(state);
    };
  }

  /// @param why none: a client wanted it
  void cancel(@Nullable Reason why) {
    if (!cancelled) {
      cancelled = true;
      reason = why;
    }
    cutOff |= receiving;
    receiving = false;
  }

  boolean isReceiving() {
    return receiving;
  }

  /// More inputs are there, in blocks of these sizes.
  void grow(int[] blockCounts) {
    int wanted = unended.isEmpty() ? counts.total() : unended.firstRange().first();
    int first = counts.total();
    int n = 0;
    for (int count : blockCounts) {
      order.blocks().add(count, wanted);
      n += count;
    }
    counts = counts.grown(n);
    pending.grow(first, first + n);
    unended.add(first, first + n);
  }

  /// No more inputs come; false if that was known.
  boolean seal() {
    boolean was = receiving;
    receiving = false;
    return was;
  }

  /// The next chunk.
  ///
  /// @param room the most tasks that it may have
  /// @return none if none of its tasks may start after all
  @Nullable Again take(int workers, int room, long now) {
    int most = pace.next(pending(), unended.size(), workers);
    Again taken = pending.take(Math.min(most, room), now);
    started |= taken != null;
    return taken;
  }

  /// Whether a long chunk of it harms nobody: it holds no permit that others wait for, and what is
  /// in hand when the service dies may run again.
  private boolean isDivisible() {
    return order.job().spec().gates().limits().isEmpty()
        && order.job().spec().care().onWorkerLost().rerun();
  }

  /// Whether others than those that have tasks of it now could run some of them.
  boolean isShared() {
    return isDivisible() && pace.isMeasured() && !isHeld() && !isOver();
  }

  /// The end of a chunk that starts at `first` and has at most so many tasks.
  int cut(int first, int end, int most) {
    return (int) Math.min(Math.min((long) first + most, end), order.blocks().blockEnd(first));
  }

  /// Puts tasks back that a worker did not start.
  void putBack(Handed chunk) {
    for (Ranges.Range range : chunk.open().ranges()) {
      pending.putBack(chunk.again(range, 0));
    }
  }

  /// The next tasks whose keys are to be told; none: none now, or the job has no keys.
  Ranges.@Nullable Range look() {
    return pending instanceof KeyedPending keyed ? keyed.look() : null;
  }

  /// The keys of what was looked at.
  void looked(int first, List<List<String>> keys) {
    if (pending instanceof KeyedPending keyed) {
      keyed.looked(first, keys);
    }
  }

  void await(Again again) {
    waiting.add(again);
  }

  /// Its time has come; false if the job has ended or dropped it meanwhile.
  boolean wake(Again again) {
    boolean awaited = waiting.remove(again);
    if (awaited) {
      pending.add(again);
    }
    return awaited;
  }

  /// Whether the task has not ended, wherever it is.
  boolean isOpen(int index) {
    return unended.contains(index);
  }

  /// Takes a task out that no worker has.
  ///
  /// @param others gets those that wait with it and go on waiting
  /// @return false if a worker has it
  boolean takeOut(int index, List<Again> others) {
    for (Again again : waiting) {
      if (again.contains(index)) {
        waiting.remove(again);
        others.addAll(again.without(index));
        return true;
      }
    }
    return pending.remove(index);
  }

  /// A worker has the task, and nobody wants it any more: it is not tried again, nor handed out
  /// again if it has not started.
  void unwant(int index) {
    unwanted.add(index);
  }

  /// Those among these tasks, which were not started, that nobody wants: taken out, as blocks.
  List<ResultBlock> takeUnwanted(Ranges tasks) {
    List<ResultBlock> blocks = new ArrayList<>();
    for (int index : unwanted) {
      if (tasks.contains(index)) {
        tasks.remove(index, index + 1);
        blocks.add(cancelled(index));
      }
    }
    return blocks;
  }

  /// A task that will not run (again) since it was cancelled, as a block.
  ResultBlock cancelled(int index) {
    ResultBlock.Unrun unrun = new ResultBlock.Unrun(index, 1, Outcome.CANCELLED);
    count(unrun);
    return unrun;
  }

  /// Divides outcomes into those that stand, as blocks for the log, and those that are tried again.
  List<ResultBlock> sort(Outcomes outcomes, int attempt, long now, List<Again> again) {
    List<ResultBlock> blocks = new ArrayList<>(1);
    int from = outcomes.first();
    for (Failure failure : outcomes.failures()) {
      if (!isTriedAgain(failure, attempt)) {
        continue;
      }
      int index = failure.index();
      addRan(blocks, outcomes, attempt, from, index);
      tryAgain(again, failure, attempt, now);
      from = index + 1;
    }
    addRan(blocks, outcomes, attempt, from, outcomes.end());
    return blocks;
  }

  private void addRan(List<ResultBlock> blocks, Outcomes outcomes, int attempt, int from, int end) {
    if (from < end) {
      ResultBlock.Ran ran = new ResultBlock.Ran(attempt, outcomes.slice(from, end - from));
      count(ran);
      blocks.add(ran);
    }
  }

  /// Whether a task that may have run with a lost worker may run once more.
  boolean mayRunAgain() {
    return order.job().spec().care().onWorkerLost().rerun();
  }

  private boolean isTriedAgain(Failure failure, int attempt) {
    if (isOver() || unwanted.contains(failure.index())) {
      return false;
    }
    return switch (failure.outcome()) {
      case FAILED, TIMED_OUT ->
          isTriedForMemory(failure) || attempt < order.job().spec().care().retry().maxAttempts();
      case CRASHED ->
          crashes.merge(failure.index(), 1, Integer::sum)
              < order.job().spec().care().onWorkerLost().limit();
      case SUCCEEDED, CANCELLED, SKIPPED -> false;
    };
  }

  /// Whether it is the first time that the task ran out of memory: others of its worker may have
  /// had their part in it, so it gets one more run, alone in a fresh worker.
  private boolean isTriedForMemory(Failure failure) {
    return failure.error().isOfMemory() && mayRunAgain() && outOfMemory.add(failure.index());
  }

  private void tryAgain(List<Again> list, Failure failure, int attempt, long now) {
    boolean alone = failure.outcome() == Outcome.CRASHED || failure.error().isOfMemory();
    Retry retry = order.job().spec().care().retry();
    long due = alone ? now : now + retry.after(attempt).toNanos();
    int index = failure.index();
    Again last = list.isEmpty() ? null : list.getLast();
    if (last != null && last.end() == index && last.alone() == alone) {
      list.set(list.size() - 1, new Again(this, last.first(), index + 1, attempt + 1, alone, due));
    } else {
      list.add(new Again(this, index, index + 1, attempt + 1, alone, due));
    }
  }

  /// Whether a failure among these blocks stops the rest of the job; true once.
  boolean stopsWith(List<ResultBlock> blocks) {
    if (isOver() || !stopsAtFailure()) {
      return false;
    }
    for (ResultBlock block : blocks) {
      if (block instanceof ResultBlock.Ran ran) {
        // Whoever cancels a task does not say that it failed.
        stopped |=
            ran.outcomes().failures().stream().anyMatch(f -> f.outcome() != Outcome.CANCELLED);
      }
    }
    return stopped;
  }

  private boolean stopsAtFailure() {
    return order.job().spec().care().onFailure() == OnFailure.STOP;
  }

  /// Everything that no worker has, as tasks that will not run (again).
  List<ResultBlock> drop() {
    Ranges rest = new Ranges();
    pending.drainTo(rest);
    waiting.forEach(a -> rest.add(a.first(), a.end()));
    waiting.clear();
    return unrun(rest);
  }

  /// Tasks that will not run (again), as blocks.
  List<ResultBlock> unrun(Ranges tasks) {
    Outcome outcome = cancelled ? Outcome.CANCELLED : Outcome.SKIPPED;
    List<ResultBlock> blocks = new ArrayList<>();
    for (Ranges.Range range : tasks.ranges()) {
      ResultBlock.Unrun unrun = new ResultBlock.Unrun(range.first(), range.count(), outcome);
      count(unrun);
      blocks.add(unrun);
    }
    return blocks;
  }

  private void count(ResultBlock block) {
    unended.remove(block.first(), block.first() + block.count());
    counts = counts.plus(block);
  }
}
