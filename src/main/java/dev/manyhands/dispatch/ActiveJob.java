package dev.manyhands.dispatch;

import dev.manyhands.job.Failure;
import dev.manyhands.job.JobId;
import dev.manyhands.job.JobState;
import dev.manyhands.job.Outcome;
import dev.manyhands.job.Outcomes;
import dev.manyhands.job.Ranges;
import dev.manyhands.job.ResultBlock;
import dev.manyhands.job.Standing;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
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
  final Order order;
  final Pace pace;
  final Hold hold;
  final Stage stage;

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

  /// Whether no worker ever had some of it, since this node has it.
  boolean isNew = true;

  /// Chunks in a row that came back with nothing done; slows a job down that can't run.
  int fruitless;

  /// Whether nobody wants it any more: what still comes back of it counts for nothing.
  boolean gone;

  private final Pending pending;

  private final Set<Again> waiting = new LinkedHashSet<>();
  private final Trials trials;

  /// Tasks that were cancelled while a worker had them.
  private final Set<Integer> unwanted = new HashSet<>();

  private final Tally tally;

  ActiveJob(Order order, Hold hold, LiveLimits limits, long now) {
    this.order = order;
    this.hold = hold;
    this.stage = new Stage(order.job(), hold, now);
    this.trials = new Trials(order.job().spec().care());
    this.weight = Math.scalb(1.0, order.job().spec().placement().priority());
    Integer chunkSize = order.job().spec().placement().chunkSize();
    this.pace =
        new Pace(
            chunkSize == null ? 0 : chunkSize,
            isDivisible() ? Pace.TARGET_NANOS : Pace.SHORT_NANOS);
    this.tally = new Tally(order);
    Ranges fresh = Ranges.upTo(order.total());
    order.done().ranges().forEach(range -> fresh.remove(range.first(), range.end()));
    this.pending =
        LiveLimits.hasKeys(this)
            ? new KeyedPending(this, limits, fresh)
            : new PlainPending(this, fresh);
  }

  JobId id() {
    return order.job().id();
  }

  /// Tasks that wait for nothing but a worker and permits.
  int pending() {
    return stage.isHeld() ? 0 : pending.size();
  }

  /// What each chunk of it takes.
  List<Permits> permits() {
    return line == null ? List.of() : line.permits();
  }

  boolean hasWork() {
    return !stage.isHeld() && !pending.isEmpty();
  }

  /// The most chunks that may be out at once.
  int widest(int poolSize) {
    Integer most = order.job().spec().placement().maxParallel();
    return most == null ? poolSize : Math.min(most, poolSize);
  }

  /// The state that the log is to show after what has been sorted so far.
  JobState state() {
    return stage.state(tally.counts());
  }

  /// The state, with its reason.
  Standing standing() {
    return stage.standing(tally.counts());
  }

  /// More inputs are there, in blocks of these sizes.
  void grow(int[] blockCounts) {
    int wanted = tally.firstOpen();
    int first = tally.counts().total();
    int n = 0;
    for (int count : blockCounts) {
      order.blocks().add(count, wanted);
      n += count;
    }
    tally.grow(n);
    pending.grow(first, first + n);
  }

  /// The next chunk.
  ///
  /// @param room the most tasks that it may have
  /// @return none if none of its tasks may start after all
  @Nullable Again take(int workers, int room, long now) {
    int most = pace.next(pending(), tally.open(), workers);
    Again taken = pending.take(Math.min(most, room), now);
    if (taken != null) {
      stage.start();
    }
    return taken;
  }

  /// Whether a long chunk of it harms nobody: it holds no permit that others wait for, and what is
  /// in hand when the service dies may run again.
  private boolean isDivisible() {
    return order.job().spec().gates().limits().isEmpty() && mayRunAgain();
  }

  /// Whether others than those that have tasks of it now could run some of them.
  boolean isShared() {
    return isDivisible() && pace.isMeasured() && !stage.isHeld() && !stage.isOver();
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
    return tally.isOpen(index);
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
    return tally.unrun(index, 1, Outcome.CANCELLED);
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
      tally.ran(outcomes, attempt, from, index).ifPresent(blocks::add);
      trials.tryAgain(this, failure, attempt, now, again);
      from = index + 1;
    }
    tally.ran(outcomes, attempt, from, outcomes.end()).ifPresent(blocks::add);
    return blocks;
  }

  /// Whether a task that may have run with a lost worker may run once more.
  boolean mayRunAgain() {
    return trials.mayRunAgain();
  }

  private boolean isTriedAgain(Failure failure, int attempt) {
    return !stage.isOver()
        && !unwanted.contains(failure.index())
        && trials.isTriedAgain(failure, attempt);
  }

  /// Whether a failure among these blocks stops the rest of the job; true once.
  boolean stopsWith(List<ResultBlock> blocks) {
    for (ResultBlock block : blocks) {
      if (block instanceof ResultBlock.Ran ran) {
        // Whoever cancels a task does not say that it failed.
        if (ran.outcomes().failures().stream().anyMatch(f -> f.outcome() != Outcome.CANCELLED)) {
          return stage.fail();
        }
      }
    }
    return false;
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
    Outcome outcome = stage.isCancelled() ? Outcome.CANCELLED : Outcome.SKIPPED;
    return tasks.ranges().stream()
        .map(range -> tally.unrun(range.first(), range.count(), outcome))
        .toList();
  }
}
