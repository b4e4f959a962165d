package dev.manyhands.dispatch;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.manyhands.job.Job;
import dev.manyhands.job.Reason;
import dev.manyhands.pool.Pools;
import dev.manyhands.pool.WorkerPool;
import org.jspecify.annotations.Nullable;

/// Tells the jobs of a degraded pool why they wait, and that they don't any more. Safe for use by
/// several threads: who looks, looks and tells under one lock, so that the last look stands.
final class Hindrances implements JobListener {
  private final Pools pools;

  @GuardedBy("this")
  private final LiveJobs live;

  Hindrances(Pools pools, LiveJobs live) {
    this.pools = pools;
    this.live = live;
  }

  @Override
  public synchronized void accepted(Job job, long inputBytes) {
    LiveJob one = live.get(job.id());
    if (one != null) {
      pools.get(one.order.pool()).ifPresent(pool -> tell(one, pool));
    }
  }

  /// The pool has become degraded, or well.
  synchronized void changed(WorkerPool pool) {
    live.all().stream()
        .filter(job -> job.order.pool().equals(pool.name()))
        .forEach(job -> tell(job, pool));
  }

  private static void tell(LiveJob job, WorkerPool pool) {
    @Nullable String problem = pool.problem().orElse(null);
    job.hindered(
        problem == null
            ? null
            : new Reason(Reason.Kind.POOL, "pool " + pool.name() + " is degraded: " + problem));
  }
}
