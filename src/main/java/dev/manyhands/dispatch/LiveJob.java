package dev.manyhands.dispatch;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.manyhands.job.Call;
import dev.manyhands.job.Counts;
import dev.manyhands.job.Job;
import dev.manyhands.job.JobId;
import dev.manyhands.job.JobState;
import dev.manyhands.job.Refused;
import dev.manyhands.job.ResultBlock;
import dev.manyhands.job.Standing;
import dev.manyhands.job.Timeline;
import dev.manyhands.store.Change;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// An unfinished job as clients see it: what is committed, and that it runs. Safe for use by
/// several threads.
final class LiveJob {
  final Order order;
  final long epoch;
  final Call call;

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

  @GuardedBy("this")
  private Job job;

  /// When the newest inputs came.
  @GuardedBy("this")
  private Instant arrivedAt;

  LiveJob(Order order, long epoch, @Nullable Inflow inflow, boolean open) {
    this.order = order;
    this.epoch = epoch;
    this.inflow = inflow;
    this.open = open;
    this.arrivedAt = order.job().timeline().createdAt();
    this.job = order.job();
    this.call =
        new Call(job.id(), job.caller(), job.spec().function(), job.spec().care().timeout());
  }

  JobId id() {
    return order.job().id();
  }

  synchronized Job job() {
    return job;
  }

  /// Its first task is in a worker's hands.
  synchronized void started(Instant at) {
    if (job.timeline().startedAt() == null) {
      JobState state = job.state() == JobState.QUEUED ? JobState.RUNNING : job.state();
      move(
          job.standing().in(state),
          job.counts(),
          new Timeline(job.timeline().createdAt(), at, null));
    }
  }

  /// More inputs are committed.
  synchronized void grown(int inputs, Instant at) {
    arrivedAt = at;
    move(job.standing(), job.counts().grown(inputs), job.timeline());
  }

  /// How long its newest inputs have waited that could start before `now`.
  synchronized Duration waited(Instant now) {
    Instant notBefore = job.spec().gates().notBefore();
    boolean held = notBefore != null && notBefore.isAfter(arrivedAt);
    Instant from = held ? notBefore : arrivedAt;
    return now.isAfter(from) ? Duration.between(from, now) : Duration.ZERO;
  }

  /// A cancel was accepted.
  synchronized void cancelling() {
    if (!job.state().isTerminal()) {
      move(job.standing().in(JobState.CANCELLING), job.counts(), job.timeline());
    }
  }

  /// The timeline to store with blocks that leave the job in the given state.
  synchronized Timeline timeline(JobState state, Instant now) {
    Timeline known = job.timeline();
    return state.isTerminal() ? new Timeline(known.createdAt(), known.startedAt(), now) : known;
  }

  /// It is gone: who waits for anything of it is told so.
  void takenBack(Refused gone) {
    sealed.completeExceptionally(gone);
    cancelled.completeExceptionally(gone);
    end.completeExceptionally(gone);
  }

  /// The blocks are committed.
  Job committed(Change.Append append) {
    Job now = advance(append);
    if (inflow != null) {
      inflow.ended(now.counts().done());
    }
    if (append.state() != JobState.RECEIVING) {
      sealed.complete(null);
    }
    if (append.state() == JobState.CANCELLING || append.state().isTerminal()) {
      cancelled.complete(null);
    }
    return now;
  }

  private synchronized Job advance(Change.Append append) {
    Counts counts = job.counts();
    for (ResultBlock block : append.blocks()) {
      counts = counts.plus(block);
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
    return job;
  }

  @GuardedBy("this")
  private void move(Standing standing, Counts counts, Timeline timeline) {
    job = new Job(job.id(), job.caller(), job.spec(), standing, counts, timeline);
  }
}
