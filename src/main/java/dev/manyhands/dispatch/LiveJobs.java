package dev.manyhands.dispatch;

import dev.manyhands.job.JobId;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// The unfinished jobs of this node. A job leaves when its end is committed, so whoever misses it
/// here finds its end in the store. It comes a moment after it is committed: who reads of it in the
/// store meanwhile waits for it by [#find].
final class LiveJobs {
  /// Many times as long as a commit takes: this one may fail, and then the job is not live.
  private static final long LONGEST_COMMIT_SECONDS = 10;

  private final LimitBook limits;
  private final AtomicLong inputBytes = new AtomicLong();
  private final Map<JobId, LiveJob> jobs = new ConcurrentHashMap<>();

  /// Whose commit is under way.
  private final Map<JobId, CountDownLatch> coming = new ConcurrentHashMap<>();

  LiveJobs(LimitBook limits) {
    this.limits = limits;
  }

  /// A job is about to be committed, and then to be live; to be closed when it is, or is not to be.
  Coming coming(JobId id) {
    CountDownLatch here = new CountDownLatch(1);
    coming.put(id, here);
    return () -> {
      coming.remove(id, here);
      here.countDown();
    };
  }

  /// The commit of one job.
  interface Coming extends AutoCloseable {
    @Override
    void close();
  }

  void add(LiveJob job) {
    inputBytes.addAndGet(job.inputBytes.get());
    jobs.put(job.id(), job);
  }

  /// The job has more inputs.
  void grown(LiveJob job, long bytes) {
    jobs.computeIfPresent(
        job.id(),
        (_, live) -> {
          if (live == job) {
            job.inputBytes.addAndGet(bytes);
            inputBytes.addAndGet(bytes);
          }
          return live;
        });
  }

  /// Of the inputs of all jobs.
  long inputBytes() {
    return inputBytes.get();
  }

  @Nullable LiveJob get(JobId id) {
    return jobs.get(id);
  }

  /// The same for who knows of the job from the store: if its commit is under way, this waits for
  /// it. Not for the thread that commits.
  @Nullable LiveJob find(JobId id) {
    LiveJob job = jobs.get(id);
    if (job != null) {
      return job;
    }
    CountDownLatch here = coming.get(id);
    if (here != null) {
      await(here);
    }
    return jobs.get(id); // it may have come between the two looks
  }

  private static void await(CountDownLatch here) {
    try {
      boolean _ = here.await(LONGEST_COMMIT_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Only this very one: after a take-over there may be another with its id.
  ///
  /// @return false if it was not there
  boolean remove(LiveJob job) {
    boolean removed = jobs.remove(job.id(), job);
    if (removed) {
      inputBytes.addAndGet(-job.inputBytes.get());
      limits.leave(job.order.job());
    }
    return removed;
  }

  Collection<LiveJob> all() {
    return jobs.values();
  }

  int size() {
    return jobs.size();
  }
}
