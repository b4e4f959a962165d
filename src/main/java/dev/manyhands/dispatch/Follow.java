package dev.manyhands.dispatch;

import dev.manyhands.job.Job;
import dev.manyhands.job.JobId;
import dev.manyhands.job.Logged;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// One reader's view of a job that may still run: how far it is, what is in its log, and waiting
/// for more. Used by one thread; its interruption ends every wait at once.
///
/// The log is the only source. What was committed lately is shared by all readers of the job; what
/// came before is read from the store.
public final class Follow implements AutoCloseable {
  private final JobService jobs;
  private final JobId id;
  private final @Nullable LiveJob live;
  private final Moment ended;
  private final boolean reads;

  Follow(JobService jobs, LiveJob live, boolean reads) {
    this.jobs = jobs;
    this.reads = reads;
    this.id = live.id();
    this.live = live;
    this.ended = live.moment();
    if (reads) {
      live.tail.enter();
    }
  }

  Follow(JobService jobs, Job ended) {
    this.jobs = jobs;
    this.id = ended.id();
    this.live = null;
    this.ended = Moment.ended(ended);
    this.reads = false;
  }

  /// What is committed now: the log can be read that far.
  public Moment now() {
    return live != null ? live.moment() : ended;
  }

  /// Waits until the job is as asked for.
  ///
  /// @return the moment at which it was, or when `atMost` had passed
  public Moment await(Predicate<Moment> fact, Duration atMost) {
    return live != null ? live.await(fact, atMost) : ended;
  }

  /// The same for facts that come with another state of the job only.
  public Moment awaitMove(Predicate<Moment> fact, Duration atMost) {
    return live != null ? live.awaitMove(fact, atMost) : ended;
  }

  /// Whether the job is still there. One that has ended can be removed.
  public boolean isThere() {
    return jobs.exists(id);
  }

  /// Result blocks in order of completion, from the one that holds place `seq` on.
  public List<Logged> byCompletion(long seq, int limit) {
    List<Logged> recent = live != null ? live.tail.byCompletion(seq, limit) : List.of();
    return recent.isEmpty() ? jobs.byCompletion(id, seq, limit) : recent;
  }

  /// Result blocks in order of index, from the one that holds task `index` on.
  public List<Logged> byIndex(int index, int limit) {
    List<Logged> recent = live != null ? live.tail.byIndex(index, limit) : List.of();
    return recent.isEmpty() ? jobs.byIndex(id, index, limit) : recent;
  }

  @Override
  public void close() {
    if (live != null && reads) {
      live.tail.leave();
    }
  }
}
