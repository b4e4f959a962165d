package dev.manyhands.dispatch;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The tasks of one job that take the same permits by key. Only the scheduler touches it.
///
/// ```
/// idle (no tasks) -> open (in turn) <-> parked (queues for its permits)
/// ```
final class Strand extends Waiter {
  final List<String> keys;

  private final ActiveJob job;
  private final KeyedPending pending;
  private final LiveLimits limits;
  private final Deque<Again> tasks = new ArrayDeque<>();

  /// Looked up when they are wanted, and kept only while they are queued for: idle ones are
  /// forgotten by their limit.
  private @Nullable List<Permits> permits;

  private boolean parked;

  /// Its place in the queues of its permits.
  private long ticket;

  /// When it is waked at the latest, since a rate allows more then.
  private long alarm = Long.MAX_VALUE;

  Strand(ActiveJob job, KeyedPending pending, LiveLimits limits, List<String> keys) {
    this.job = job;
    this.pending = pending;
    this.limits = limits;
    this.keys = keys;
  }

  @Override
  List<Permits> permits(long now) {
    if (permits == null) {
      permits = limits.permits(job, keys, now);
    }
    return permits;
  }

  @Override
  boolean isReady() {
    return !tasks.isEmpty() && !job.stage.isHeld() && job.line != null && job.line.hasRoomFor(job);
  }

  @Override
  boolean hasWorker(long now) {
    return job.line != null && job.line.hasWorker(now);
  }

  boolean isOf(ActiveJob other) {
    return job == other;
  }

  boolean isEmpty() {
    return tasks.isEmpty();
  }

  void addLast(Again again) {
    tasks.addLast(again);
  }

  void addFirst(Again again) {
    tasks.addFirst(again);
  }

  /// Takes one task out, which leaves at least another one; false if it is not here.
  boolean remove(int index) {
    return Again.remove(tasks, index);
  }

  /// It has been admitted.
  Again take(int most, long now) {
    Again first = tasks.removeFirst();
    int room = Math.min(most, Permits.room(permits(now), now));
    int end = job.cut(first.first(), first.end(), first.alone() ? 1 : room);
    if (end < first.end()) {
      tasks.addFirst(first.from(end));
    }
    unqueue();
    permits = null;
    return first.to(end);
  }

  /// It has not been admitted.
  void park(long now) {
    if (!isQueued()) {
      ticket = limits.ticket();
    }
    queue(now);
    parked = true;
    permits(now).forEach(one -> one.park(this));
    long due = due(now);
    if (due > now) {
      if (due < alarm) {
        alarm = due;
        limits.wakeAt(due, this);
      }
    } else if (Permits.room(permits(now), now) > 0) {
      limits.wakeNext(this); // what is free is kept for another, who may not want it in the end
    }
  }

  /// Its place in the queues of its permits: the longer it waits, the smaller.
  long ticket() {
    return ticket;
  }

  /// Its alarm has gone off.
  void alarm() {
    alarm = Long.MAX_VALUE;
  }

  /// Something that it queues for may have come back.
  void wake() {
    if (parked) {
      unpark();
      pending.reopen(this);
    }
  }

  private void unpark() {
    parked = false;
    if (permits != null) {
      permits.forEach(one -> one.unpark(this));
    }
  }

  /// Takes all tasks out; whoever it was in the way of may go.
  Deque<Again> drain() {
    Deque<Again> all = new ArrayDeque<>(tasks);
    tasks.clear();
    unpark();
    if (permits != null) {
      unqueue();
      permits.forEach(Permits::wake);
      permits = null;
    }
    return all;
  }
}
