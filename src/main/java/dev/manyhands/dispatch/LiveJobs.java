package dev.manyhands.dispatch;

import dev.manyhands.job.JobId;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// The unfinished jobs of this node. A job leaves when its end is committed, so whoever misses it
/// here finds its end in the store.
final class LiveJobs {
  private final LimitBook limits;
  private final AtomicLong inputBytes = new AtomicLong();
  private final Map<JobId, LiveJob> jobs = new ConcurrentHashMap<>();

  LiveJobs(LimitBook limits) {
    this.limits = limits;
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
