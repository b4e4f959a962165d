package dev.manyhands.dispatch;

import dev.manyhands.job.Ranges;
import java.util.List;

/// A chunk in a worker's hands.
///
/// @param tasks that it has got
/// @param open those of them that no outcome has come for
/// @param permits of limits that it holds, one of each
/// @param expected nanoseconds that were charged to the job for it
record Handed(Again tasks, Ranges open, List<Permits> permits, long since, long expected) {
  static Handed of(Again tasks, List<Permits> permits, long since, long expected) {
    Ranges open = new Ranges();
    open.add(tasks.first(), tasks.end());
    return new Handed(tasks, open, permits, since, expected);
  }

  /// The same, whose tasks run one a chunk from now on.
  Handed suspected() {
    return new Handed(tasks.byItself(), open, permits, since, expected);
  }

  ActiveJob job() {
    return tasks.job();
  }

  int attempt() {
    return tasks.attempt();
  }

  int count() {
    return tasks.end() - tasks.first();
  }

  /// Some of its tasks, which were not started, for the same attempt.
  Again again(Ranges.Range range, long due) {
    return new Again(
        job(), range.first(), range.end(), attempt(), tasks.alone(), due, tasks.keys());
  }

  LimitService.Holder holder(String key, long now) {
    int first = open.isEmpty() ? tasks.first() : open.firstRange().first();
    return new LimitService.Holder(
        job().id(), job().order.pool(), first, open.size(), key, now - since);
  }
}
