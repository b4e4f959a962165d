package dev.manyhands.dispatch;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The jobs that want one pool, in the order in which they are served next: start-time fair
/// queueing (Goyal, Vin and Cheng 1996), so that a job of a million tasks does not make the next
/// job of one wait. Jobs that take the same permits of limits stand in one [Line], which is passed
/// over while it gets none. Only the scheduler touches it.
final class Lane {
  private final List<Line> lines = new ArrayList<>(1);
  private double virtualTime;
  private int size;
  private int out;

  /// Until when nothing is handed out, since the pool took nothing; on the scheduler's clock,
  /// nanoseconds.
  private long closedUntil = Long.MIN_VALUE;

  private long due = Long.MAX_VALUE;

  final Turns turns = new Turns();

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

  /// A job comes that takes these permits for each of its chunks.
  void join(ActiveJob job, List<Permits> permits) {
    Line line = line(permits);
    line.members++;
    job.line = line;
  }

  private Line line(List<Permits> permits) {
    for (Line line : lines) {
      if (line.permits().equals(permits)) {
        return line;
      }
    }
    Line line = new Line(this, permits);
    lines.add(line);
    return line;
  }

  /// A job has ended.
  void part(ActiveJob job) {
    leave(job);
    Line line = job.line;
    if (line != null && --line.members == 0) {
      line.unqueue();
      lines.remove(line);
    }
    job.line = null;
  }

  boolean hasWorker(long now) {
    return out < size && now >= closedUntil;
  }

  /// The job to serve now, taken out of line; none if no worker is free or no job may have one.
  @Nullable ActiveJob poll(long now) {
    due = now < closedUntil ? closedUntil : Long.MAX_VALUE;
    if (!hasWorker(now)) {
      return null;
    }
    Line next = null;
    for (Line line : lines) {
      if (!line.isReady()) {
        line.unqueue();
      } else if (isOpen(line, now)
          && (next == null || Line.NEXT.compare(line.first(), next.first()) < 0)) {
        next = line;
      }
    }
    if (next == null) {
      return null;
    }
    ActiveJob job = next.removeFirst();
    job.inLine = false;
    // One that was passed over for long goes first once, and saves nothing up.
    job.virtualTime = Math.max(job.virtualTime, virtualTime);
    virtualTime = job.virtualTime;
    return job;
  }

  private boolean isOpen(Line line, long now) {
    if (line.isAdmitted(now)) {
      return true;
    }
    line.queue(now);
    long opens = line.due(now);
    if (opens > now) {
      due = Math.min(due, opens);
    }
    return false;
  }

  /// Chunks that are to start nothing more, after [#poll] found nothing to hand out: a job without
  /// a worker waits for one, or a worker has nothing to do.
  List<Long> cuts(long now) {
    if (now < closedUntil || out == 0) {
      return turns.none();
    }
    if (out < size) {
      return turns.shared(size - out, job -> job.isShared() && hasRoomFor(job), now);
    }
    ActiveJob next = null;
    int waiting = 0;
    int newcomers = 0;
    for (Line line : lines) {
      if (line.isReady() && line.first().chunksOut == 0 && isWorthAWorker(line, now)) {
        // Of those that take a permit each it is seen one by one whether there is one more.
        int most = line.permits().isEmpty() ? size : 1;
        waiting += line.without(most, false);
        newcomers += line.without(most, true);
        if (next == null || Line.NEXT.compare(line.first(), next) < 0) {
          next = line.first();
        }
      }
    }
    if (next == null) {
      return turns.none();
    }
    double served = next.virtualTime;
    return turns.over(Math.min(waiting, size), newcomers, job -> job.virtualTime > served, now);
  }

  /// Whether a worker that comes would start one of the line. It does not queue for permits yet:
  /// they would idle for it while all workers are in long tasks.
  private boolean isWorthAWorker(Line line, long now) {
    long opens = line.due(now);
    if (opens > now) {
      due = Math.min(due, opens);
      return false;
    }
    return line.isAdmitted(now);
  }

  /// When a rate lets something start for which a worker is free, the pool is tried again, or a
  /// turn is over, as far as [#poll] and [#cuts] have seen; the greatest number: never.
  long due() {
    return Math.min(due, turns.due());
  }

  /// Whether another chunk of the job may be out.
  boolean hasRoomFor(ActiveJob job) {
    return job.chunksOut < job.widest(size);
  }

  /// Gets in line, or leaves it, as the job now has work or not.
  void place(ActiveJob job) {
    leave(job);
    if (job.line != null && job.hasWork() && hasRoomFor(job)) {
      job.virtualTime = Math.max(job.virtualTime, virtualTime);
      job.inLine = job.line.add(job);
    }
  }

  void leave(ActiveJob job) {
    if (job.inLine && job.line != null) {
      job.line.remove(job);
    }
    job.inLine = false;
  }

  void handed(ActiveJob job, long chunk, Handed handed) {
    turns.begin(chunk, handed);
    if (job.line != null) {
      job.line.unqueue();
    }
    out++;
    job.chunksOut++;
    job.isNew = false;
    job.virtualTime += handed.expected() / job.weight;
  }

  /// A chunk is back; what it took more or less than was charged for it is made up.
  void returned(ActiveJob job, long nanosMore) {
    leave(job);
    out--;
    job.chunksOut--;
    job.virtualTime += nanosMore / job.weight;
  }
}
