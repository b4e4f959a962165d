package dev.manyhands.dispatch;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.manyhands.job.JobId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// What waits to be written, and when it is time to: at once for everything that somebody waits
/// for, a moment later for what only has to be there after a crash.
///
/// A commit costs about half a millisecond of processor time on each of its ways, so a commit for
/// each of a job's tasks of 20 ms takes 3 % of the machine from them. So does waking the writer for
/// each: it is waked when something is due earlier than it will look by itself. Only the writer
/// takes.
///
/// A job that runs ahead of its commit stays behind when others are taken, until something else of
/// it has come or its patience is over: its rows are written once, as they end up, instead of twice
/// in two commits.
final class Arrivals {
  /// Changes of one commit; more would only make the first of them wait.
  private static final int MOST_AT_ONCE = 1000;

  /// Values that are worth a commit of their own.
  private static final int MOST_LINGERING_BYTES = 256 * 1024;

  /// So soon the writer looks again after it had something to do: whoever sends one short job after
  /// the other need not wake it for each job's start.
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition due = lock.newCondition();

  @GuardedBy("lock")
  private final Queue<Write> queue = new ArrayDeque<>();

  /// Jobs of which nothing but their beginning has come, the first to be due first.
  @GuardedBy("lock")
  private final LinkedHashMap<JobId, Begun> begun = new LinkedHashMap<>();

  /// When what is here is to be written; the greatest number: nothing is here.
  @GuardedBy("lock")
  private long dueAt = Long.MAX_VALUE;

  /// When the writer looks by itself; the greatest number: never. While it writes it will look
  /// anyway.
  @GuardedBy("lock")
  private long looksAt = Long.MIN_VALUE;

  @GuardedBy("lock")
  private int weight;

  @GuardedBy("lock")
  private boolean closed;

  /// All times here are nanoseconds since then, so that they can be compared.
  private final long origin = System.nanoTime();

  private record Begun(Write write, long dueAt) {}

  private long now() {
    return System.nanoTime() - origin;
  }

  void add(Write write) {
    lock.lock();
    try {
      JobId job = write.change().job();
      long patience = write.patience().toNanos();
      if (write.ranAhead() && !closed) {
        begun.put(job, new Begun(write, now() + patience));
      } else {
        follow(begun.remove(job));
        queue.add(write);
        weight += write.weight();
      }
      if (closed || weight >= MOST_LINGERING_BYTES || queue.size() + begun.size() >= MOST_AT_ONCE) {
        patience = 0;
      }
      dueAt = Math.min(dueAt, patience == 0 ? Long.MIN_VALUE : now() + patience);
      if (dueAt < looksAt) {
        looksAt = Long.MIN_VALUE;
        due.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  boolean isEmpty() {
    lock.lock();
    try {
      return hasNothing();
    } finally {
      lock.unlock();
    }
  }

  /// From now on everything is due when it comes, with all that is here.
  void close() {
    lock.lock();
    try {
      closed = true;
      begun.values().forEach(this::follow);
      begun.clear();
    } finally {
      lock.unlock();
    }
  }

  @GuardedBy("lock")
  private boolean hasNothing() {
    return queue.isEmpty() && begun.isEmpty();
  }

  @GuardedBy("lock")
  private void follow(@Nullable Begun job) {
    if (job != null) {
      queue.add(job.write);
    }
  }

  /// Waits until something is to be written, but no longer than `atMost` for it to come.
  ///
  /// @return what is to be written now, in order of arrival; empty if the time has passed
  List<Write> take(@Nullable Duration atMost) throws InterruptedException {
    List<Write> batch = new ArrayList<>();
    lock.lock();
    try {
      long now = now();
      long gaveUpAt = atMost == null ? Long.MAX_VALUE : now + atMost.toNanos();
      long lastLook = now + LOOK_NANOS;
      while (dueAt > now && (gaveUpAt > now || !hasNothing())) {
        long until = hasNothing() ? gaveUpAt : dueAt;
        looksAt = lastLook > now ? Math.min(until, lastLook) : until;
        if (looksAt == Long.MAX_VALUE) {
          due.await();
        } else {
          var _ = due.awaitNanos(looksAt - now);
        }
        now = now();
      }
      looksAt = Long.MIN_VALUE;
      drain(batch);
    } finally {
      lock.unlock();
    }
    return batch;
  }

  /// What has come meanwhile joins the batch.
  void addWaiting(List<Write> batch) {
    lock.lock();
    try {
      drain(batch);
    } finally {
      lock.unlock();
    }
  }

  @GuardedBy("lock")
  private void drain(List<Write> batch) {
    long now = now();
    while (firstDue() <= now) {
      follow(begun.pollFirstEntry().getValue());
    }
    while (batch.size() < MOST_AT_ONCE && !queue.isEmpty()) {
      Write write = queue.remove();
      weight -= write.weight();
      batch.add(write);
    }
    // Those that are left have waited for their turn already.
    dueAt = queue.isEmpty() ? firstDue() : Long.MIN_VALUE;
  }

  @GuardedBy("lock")
  private long firstDue() {
    return begun.isEmpty() ? Long.MAX_VALUE : begun.firstEntry().getValue().dueAt;
  }
}
