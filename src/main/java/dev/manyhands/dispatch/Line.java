package dev.manyhands.dispatch;

import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/// The jobs that want one pool and take the same permits, in the order in which they are served:
/// however many they are, they stand or go as one. Only the scheduler touches it.
final class Line extends Waiter {
  /// Of those that have been served alike, one that never had a worker goes first, then the one
  /// that has fewer: one that comes begins where the others are, and they gave way for it.
  static final Comparator<ActiveJob> NEXT =
      Comparator.comparingDouble((ActiveJob job) -> job.virtualTime)
          .thenComparing(job -> !job.isNew)
          .thenComparingInt(job -> job.chunksOut)
          .thenComparing(ActiveJob::id);

  private final Lane lane;
  private final List<Permits> permits;
  private final TreeSet<ActiveJob> jobs = new TreeSet<>(NEXT);

  /// Jobs that belong here, in line or not.
  int members;

  Line(Lane lane, List<Permits> permits) {
    this.lane = lane;
    this.permits = List.copyOf(permits);
  }

  List<Permits> permits() {
    return permits;
  }

  @Override
  List<Permits> permits(long now) {
    return permits;
  }

  @Override
  boolean isReady() {
    return !jobs.isEmpty();
  }

  @Override
  boolean hasWorker(long now) {
    return lane.hasWorker(now);
  }

  /// The job may have tasks to hand out again.
  void place(ActiveJob job) {
    lane.place(job);
  }

  boolean hasRoomFor(ActiveJob job) {
    return lane.hasRoomFor(job);
  }

  /// Jobs at its head that have no worker, or never had one, at most so many.
  int without(int most, boolean onlyNew) {
    int count = 0;
    int looks = 0;
    for (ActiveJob job : jobs) {
      if (job.chunksOut > 0 || looks++ == most) {
        break;
      }
      count += job.isNew || !onlyNew ? 1 : 0;
    }
    return count;
  }

  ActiveJob first() {
    return jobs.first();
  }

  boolean add(ActiveJob job) {
    return jobs.add(job);
  }

  void remove(ActiveJob job) {
    jobs.remove(job);
  }

  ActiveJob removeFirst() {
    return jobs.removeFirst();
  }
}
