package dev.manyhands.store;

import dev.manyhands.job.JobId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/// Jobs of this node of which nobody knows whether a commit took place, so that what is in memory
/// of them may not be what is stored. Used by any thread.
final class Doubts {
  /// @param accepted whether the job may have come by that commit: nobody goes on sending it
  /// @param number of this doubt, since there may be another one of the job later
  record Doubt(boolean accepted, long number) {}

  private final AtomicLong numbers = new AtomicLong();
  private final Map<JobId, Doubt> jobs = new ConcurrentHashMap<>();

  boolean isEmpty() {
    return jobs.isEmpty();
  }

  Map<JobId, Doubt> all() {
    return Map.copyOf(jobs);
  }

  void add(List<Change> changes) {
    for (Change change : changes) {
      if (raises(change)) {
        Doubt doubt = new Doubt(change instanceof Change.Accept, numbers.incrementAndGet());
        jobs.merge(
            Objects.requireNonNull(change.job()),
            doubt,
            (old, now) -> new Doubt(old.accepted || now.accepted, now.number));
      }
    }
  }

  private static boolean raises(Change change) {
    return change instanceof Change.Accept || change instanceof Change.Grow;
  }

  /// The changes are tried again: what is stored of their jobs is in doubt no longer if they are
  /// stored now.
  ///
  /// @return what was in doubt, by the place of the change
  Map<Integer, Doubt> suspend(List<Change> changes) {
    Map<Integer, Doubt> suspended = new HashMap<>();
    for (int i = 0; i < changes.size() && !jobs.isEmpty(); i++) {
      Change change = changes.get(i);
      Doubt doubt = raises(change) ? jobs.remove(Objects.requireNonNull(change.job())) : null;
      if (doubt != null) {
        suspended.put(i, doubt);
      }
    }
    return suspended;
  }

  /// This one is not stored by the other try.
  void restore(Change change, Doubt doubt) {
    jobs.putIfAbsent(Objects.requireNonNull(change.job()), doubt);
  }

  /// What is in memory of these is as it is stored.
  void settle(Map<JobId, Doubt> settled) {
    settled.forEach(jobs::remove);
  }

  void clear() {
    jobs.clear();
  }
}
