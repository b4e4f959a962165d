package dev.manyhands.dispatch;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.manyhands.job.Call;
import dev.manyhands.job.Counts;
import dev.manyhands.job.Job;
import dev.manyhands.job.JobId;
import dev.manyhands.job.JobState;
import dev.manyhands.job.ResultBlock;
import dev.manyhands.job.Standing;
import dev.manyhands.job.Timeline;
import dev.manyhands.store.Change;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;

/// An unfinished job as clients see it: what is committed, and that it runs. Safe for use by
/// several threads.
final class LiveJob {
  final Order order;
  final long epoch;
  final Call call;

  /// Completes when it is committed that nothing new of the job starts.
  final CompletableFuture<Void> cancelled = new CompletableFuture<>();

  /// The job as it ended, once that is committed.
  final CompletableFuture<Job> end = new CompletableFuture<>();

  @GuardedBy("this")
  private Job job;

  LiveJob(Order order, long epoch) {
    this.order = order;
    this.epoch = epoch;
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

  /// The blocks are committed.
  synchronized Job committed(Change.Append append) {
    Counts counts = job.counts();
    for (ResultBlock block : append.blocks()) {
      counts = counts.plus(block);
    }
    boolean cancels = job.state() == JobState.CANCELLING && !append.state().isTerminal();
    move(cancels ? job.standing() : append.standing(), counts, append.timeline());
    if (append.state() == JobState.CANCELLING || append.state().isTerminal()) {
      cancelled.complete(null);
    }
    return job;
  }

  @GuardedBy("this")
  private void move(Standing standing, Counts counts, Timeline timeline) {
    job = new Job(job.id(), job.caller(), job.spec(), standing, counts, timeline);
  }
}
