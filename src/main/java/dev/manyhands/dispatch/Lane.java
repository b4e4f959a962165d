package dev.manyhands.dispatch;

import java.util.Comparator;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The jobs that want one pool, in the order in which they are served next: start-time fair
/// queueing (Goyal, Vin and Cheng 1996), so that a job of a million tasks does not make the next
/// job of one wait. Only the scheduler touches it.
final class Lane {
  private static final Comparator<ActiveJob> NEXT =
      Comparator.comparingDouble((ActiveJob job) -> job.virtualTime).thenComparing(ActiveJob::id);

  private final TreeSet<ActiveJob> line = new TreeSet<>(NEXT);
  private double virtualTime;
  private int size;
  private int out;

  /// Until when nothing is handed out, since the pool took nothing; on the scheduler's clock,
  /// nanoseconds.
  private long closedUntil = Long.MIN_VALUE;

  Lane(int size) {
    this.size = size;
  }

  void resize(int newSize) {
    size = newSize;
  }

  int size() {
    return size;
  }

  /// Chunks that a worker has.
  int out() {
    return out;
  }

  void closeUntil(long time) {
    closedUntil = time;
  }

  /// The job to serve now, taken out of line; none if no worker is free or no job wants one.
  @Nullable ActiveJob poll(long now) {
    if (out >= size || now < closedUntil) {
      return null;
    }
    ActiveJob job = line.pollFirst();
    if (job != null) {
      job.inLine = false;
      virtualTime = Math.max(virtualTime, job.virtualTime);
    }
    return job;
  }

  /// Gets in line, or leaves it, as the job now has work or not.
  void place(ActiveJob job) {
    leave(job);
    if (job.hasWork() && job.chunksOut < job.widest(size)) {
      job.virtualTime = Math.max(job.virtualTime, virtualTime);
      job.inLine = line.add(job);
    }
  }

  void leave(ActiveJob job) {
    if (job.inLine) {
      line.remove(job);
      job.inLine = false;
    }
  }

  void handed(ActiveJob job, long nanos) {
    out++;
    job.chunksOut++;
    job.virtualTime += nanos;
  }

  /// A chunk is back; what it took more or less than was charged for it is made up.
  void returned(ActiveJob job, long nanosMore) {
    leave(job);
    out--;
    job.chunksOut--;
    job.virtualTime += nanosMore;
  }
}
