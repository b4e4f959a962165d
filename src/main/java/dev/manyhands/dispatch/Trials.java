package dev.manyhands.dispatch;

import dev.manyhands.job.Care;
import dev.manyhands.job.Failure;
import dev.manyhands.job.Outcome;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Which of a job's tasks that did not succeed get another run, when, and whether alone. Only the
/// scheduler touches it.
final class Trials {
  private final Care care;
  private final Map<Integer, Integer> crashes = new HashMap<>();

  /// Tasks that have run out of memory once.
  private final Set<Integer> outOfMemory = new HashSet<>();

  Trials(Care care) {
    this.care = care;
  }

  /// Whether a task that may have run with a lost worker may run once more.
  boolean mayRunAgain() {
    return care.onWorkerLost().rerun();
  }

  /// Notes a failure.
  ///
  /// @return whether it is not the last word about its task
  boolean isTriedAgain(Failure failure, int attempt) {
    return switch (failure.outcome()) {
      case FAILED, TIMED_OUT -> isTriedForMemory(failure) || attempt < care.retry().maxAttempts();
      case CRASHED -> crashes.merge(failure.index(), 1, Integer::sum) < care.onWorkerLost().limit();
      case SUCCEEDED, CANCELLED, SKIPPED -> false;
    };
  }

  /// Whether it is the first time that the task ran out of memory: others of its worker may have
  /// had their part in it, so it gets one more run, alone in a fresh worker.
  private boolean isTriedForMemory(Failure failure) {
    return failure.error().isOfMemory() && mayRunAgain() && outOfMemory.add(failure.index());
  }

  /// Adds a task to those that are tried again, to its neighbour where both run alike.
  void tryAgain(ActiveJob job, Failure failure, int attempt, long now, List<Again> list) {
    boolean alone = failure.outcome() == Outcome.CRASHED || failure.error().isOfMemory();
    long due = alone ? now : now + care.retry().after(attempt).toNanos();
    int index = failure.index();
    @Nullable Again last = list.isEmpty() ? null : list.getLast();
    if (last != null && last.end() == index && last.alone() == alone) {
      list.set(list.size() - 1, new Again(job, last.first(), index + 1, attempt + 1, alone, due));
    } else {
      list.add(new Again(job, index, index + 1, attempt + 1, alone, due));
    }
  }
}
