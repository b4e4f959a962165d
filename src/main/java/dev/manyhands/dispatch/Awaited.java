package dev.manyhands.dispatch;

import java.util.Comparator;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/// Tasks whose time to be tried again has not come, the first to be due first. Only the scheduler
/// touches it.
final class Awaited {
  private final PriorityQueue<Again> queue =
      new PriorityQueue<>(Comparator.comparingLong(Again::due));

  void add(Again again) {
    again.job().await(again);
    queue.add(again);
  }

  void removeAllOf(ActiveJob job) {
    queue.removeIf(again -> again.job() == job);
  }

  /// Takes out the next whose time has come.
  @Nullable Again poll(long now) {
    Again first = queue.peek();
    return first == null || first.due() > now ? null : queue.remove();
  }

  /// When [#poll] has something; the greatest number: never.
  long nextDue() {
    Again first = queue.peek();
    return first == null ? Long.MAX_VALUE : first.due();
  }
}
