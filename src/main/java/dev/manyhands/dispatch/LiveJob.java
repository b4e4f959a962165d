package dev.manyhands.dispatch;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.manyhands.job.Call;
import dev.manyhands.job.Counts;
import dev.manyhands.job.DependsOn;
import dev.manyhands.job.Job;
import dev.manyhands.job.JobId;
import dev.manyhands.job.JobState;
import dev.manyhands.job.Reason;
import dev.manyhands.job.Refused;
import dev.manyhands.job.ResultBlock;
import dev.manyhands.job.Standing;
import dev.manyhands.job.Timeline;
import dev.manyhands.store.Change;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// An unfinished job as clients see it: what is committed, and that it runs. Safe for use by
/// several threads.
final class LiveJob {
  final Order order;
  final long epoch;

  /// One for each of its functions.
  private final List<Call> calls;

  /// Completes when it is committed that nothing new of the job starts.
  final CompletableFuture<Void> cancelled = new CompletableFuture<>();

  /// Completes when it is committed that all inputs of the job have come.
  final CompletableFuture<Void> sealed = new CompletableFuture<>();

  /// The job as it ended, once that is committed; fails with a refusal if it was taken back.
  final CompletableFuture<Job> end = new CompletableFuture<>();

  /// Takes more inputs; none: the job came with all of them.
  final @Nullable Inflow inflow;

  /// Whether it goes on receiving without the request that made it.
  final boolean open;

  /// Of its inputs; grows by [LiveJobs#grown] alone.
  final AtomicLong inputBytes = new AtomicLong();

  /// What readers keep up with.
  final Tail tail;

  /// Raised at every change.
  private final Signal changes = new Signal();

  /// Raised when the state is another one.
  private final Signal moves = new Signal();

  @GuardedBy("this")
  private final Frontier frontier = new Frontier();

  @GuardedBy("this")
  private final Speed speed = new Speed();

  @GuardedBy("this")
  private final Obstacle obstacle = new Obstacle();

  /// Replaced under the lock, read without.
  private volatile Moment moment;

  /// When the newest inputs came.
  @GuardedBy("this")
  private Instant arrivedAt;

  LiveJob(Order order, long epoch, @Nullable Inflow inflow, boolean open, TailRoom room) {
    this.order = order;
    this.epoch = epoch;
    this.inflow = inflow;
    this.open = open;
    this.arrivedAt = order.job().timeline().createdAt();
    this.tail = new Tail(room);
    Job job = order.job();
    order.done().ranges().forEach(run -> frontier.add(run.first(), run.count()));
    this.moment = new Moment(job, frontier.end(), null, 0, Moment.Fate.HERE, open && !isFed());
    this.calls =
        job.spec().work().functions().stream()
            .map(function ->
                new Call(
                    job.id(),
                    job.caller(),
                    function,
                    job.spec().care().timeouts(),
                    !job.spec().care().onWorkerLost().rerun()))
            .toList();
  }

  /// How tasks with this one of its functions are run.
  Call call(int function) {
    return calls.get(function);
  }

  JobId id() {
    return order.job().id();
  }

  /// Whether its inputs are values of other jobs, so that nobody else may send it any.
  boolean isFed() {
    DependsOn dependsOn = order.job().spec().gates().dependsOn();
    return dependsOn != null && dependsOn.inputs() != DependsOn.Inputs.OWN;
  }

  /// Whether somebody waits for each of its outcomes, or may send its next inputs by them.
  boolean isWatched() {
    return tail.isFollowed() || job().state() == JobState.RECEIVING;
  }

  Job job() {
    return moment.job();
  }

  Moment moment() {
    return moment;
  }

  /// Waits until the moment is one that was asked for, the time has passed or the thread is
  /// interrupted, which it stays.
  Moment await(Predicate<Moment> fact, Duration atMost) {
    changes.await(() -> fact.test(moment), atMost.toNanos());
    return moment;
  }

  /// The same, but looks only when the state has become another one.
  Moment awaitMove(Predicate<Moment> fact, Duration atMost) {
    moves.await(() -> fact.test(moment), atMost.toNanos());
    return moment;
  }

  /// Why nothing of it can run at present; none: it can.
  void hindered(@Nullable Reason why) {
    if (hinder(why)) {
      raise(true);
    }
  }

  private synchronized boolean hinder(@Nullable Reason why) {
    boolean changes = obstacle.set(why);
    Job job = job();
    move(job.standing(), job.counts(), job.timeline());
    return changes;
  }

  /// Lets everyone go who waits for its end or for a change.
  void release() {
    end.complete(job());
    raise(true);
  }

  private void raise(boolean moved) {
    changes.raise();
    if (moved) {
      moves.raise();
    }
  }

  /// Its first task is in a worker's hands.
  void started(Instant at) {
    if (job().timeline().startedAt() == null && start(at)) {
      raise(true);
    }
  }

  private synchronized boolean start(Instant at) {
    Job job = job();
    if (job.timeline().startedAt() != null) {
      return false;
    }
    JobState state = job.state() == JobState.QUEUED ? JobState.RUNNING : job.state();
    speed.start(System.nanoTime(), job.counts().done());
    Timeline timeline = new Timeline(job.timeline().createdAt(), at, null);
    move(job.standing().in(state), job.counts(), timeline);
    return true;
  }

  /// More inputs are committed.
  void grown(int inputs, Instant at) {
    grow(inputs, at);
    raise(false);
  }

  private synchronized void grow(int inputs, Instant at) {
    Job job = job();
    arrivedAt = at;
    move(job.standing(), job.counts().grown(inputs), job.timeline());
  }

  /// How long its newest inputs have waited that could start before `now`.
  synchronized Duration waited(Instant now) {
    Instant notBefore = job().spec().gates().notBefore();
    boolean held = notBefore != null && notBefore.isAfter(arrivedAt);
    Instant from = held ? notBefore : arrivedAt;
    return now.isAfter(from) ? Duration.between(from, now) : Duration.ZERO;
  }

  /// A cancel was accepted.
  void cancelling() {
    if (cancel()) {
      raise(true);
    }
  }

  private synchronized boolean cancel() {
    Job job = job();
    if (job.state().isTerminal() || job.state() == JobState.CANCELLING) {
      return false;
    }
    move(job.standing().in(JobState.CANCELLING), job.counts(), job.timeline());
    return true;
  }

  /// The timeline to store with blocks that leave the job in the given state.
  Timeline timeline(JobState state, Instant now) {
    Timeline known = job().timeline();
    return state.isTerminal() ? new Timeline(known.createdAt(), known.startedAt(), now) : known;
  }

  /// It is gone: who waits for anything of it is told so.
  void takenBack(Refused gone) {
    vanish(Moment.Fate.REMOVED, gone);
  }

  /// It is another node's, or will be: who waits for anything of it is told to ask again.
  void left() {
    vanish(Moment.Fate.ELSEWHERE, new Refused(Inflow.ELSEWHERE));
  }

  private void vanish(Moment.Fate fate, Refused gone) {
    vanish(fate);
    raise(true);
    sealed.completeExceptionally(gone);
    cancelled.completeExceptionally(gone);
    end.completeExceptionally(gone);
  }

  private synchronized void vanish(Moment.Fate fate) {
    Moment last = moment;
    moment = new Moment(last.job(), last.inOrder(), null, last.version() + 1, fate, last.open());
  }

  /// Blocks were committed and are to be told of.
  ///
  /// @param job as it is after them
  /// @param hasMoved whether it stands otherwise than before
  record Committed(Change.Append append, Job job, boolean hasMoved) {}

  /// The blocks are committed. Whoever waits hears of it by [#tell].
  synchronized Committed committed(Change.Append append, Instant at) {
    Standing before = job().standing();
    Job now = advance(append, at);
    return new Committed(append, now, !now.standing().equals(before));
  }

  /// Wakes those who wait for what was committed: whatever they ask for next has to know it too.
  void tell(Committed committed) {
    Job now = committed.job();
    raise(committed.hasMoved());
    if (inflow != null) {
      inflow.ended(now.counts().done());
    }
    JobState state = committed.append().state();
    if (state != JobState.RECEIVING) {
      sealed.complete(null);
    }
    if (state == JobState.CANCELLING || state.isTerminal()) {
      cancelled.complete(null);
    }
    if (now.state().isTerminal()) {
      end.complete(now);
    }
  }

  @GuardedBy("this")
  private Job advance(Change.Append append, Instant at) {
    Job job = job();
    Counts counts = job.counts();
    for (ResultBlock block : append.blocks()) {
      tail.add(counts.done(), block);
      counts = counts.plus(block);
      frontier.add(block.first(), block.count());
    }
    if (counts.done() > job.counts().done()) {
      speed.measure(System.nanoTime(), counts.done(), at);
    }
    boolean cancels = job.state() == JobState.CANCELLING && !append.state().isTerminal();
    // It may have started since the append was made.
    Timeline timeline = append.timeline().startedAt() == null ? job.timeline() : append.timeline();
    boolean starts = append.state() == JobState.QUEUED && timeline.startedAt() != null;
    Standing standing = starts ? append.standing().in(JobState.RUNNING) : append.standing();
    move(
        cancels ? job.standing() : standing,
        counts,
        append.state().isTerminal() ? append.timeline() : timeline);
    return job();
  }

  @GuardedBy("this")
  private void move(Standing standing, Counts counts, Timeline timeline) {
    Job job = job();
    Job next =
        new Job(job.id(), job.caller(), job.spec(), obstacle.shown(standing), counts, timeline);
    Progress progress = next.state().isTerminal() ? Progress.whole(next) : speed.progress();
    moment =
        new Moment(
            next, frontier.end(), progress, moment.version() + 1, moment.fate(), moment.open());
  }
}
