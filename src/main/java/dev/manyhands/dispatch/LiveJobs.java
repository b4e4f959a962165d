package dev.manyhands.dispatch;

import dev.manyhands.job.JobId;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The unfinished jobs of this node. A job leaves when its end is committed, so whoever misses it
/// here finds its end in the store.
final class LiveJobs {
  private final LimitBook limits;
  private final Map<JobId, LiveJob> jobs = new ConcurrentHashMap<>();

  LiveJobs(LimitBook limits) {
    this.limits = limits;
  }

  void add(LiveJob job) {
    jobs.put(job.id(), job);
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
