package dev.manyhands.dispatch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// What waits to be written, and when it is time to: at once for everything that somebody waits
/// for, a moment later for what only has to be there after a crash.
///
/// A commit costs about half a millisecond of processor time on each of its ways, so a commit for
/// each of a job's tasks of 20 ms takes 3 % of the machine from them. Only the writer takes.
final class Arrivals {
  /// Changes of one commit; more would only make the first of them wait.
  private static final int MOST_AT_ONCE = 1000;

  /// Values that are worth a commit of their own.
  private static final int MOST_LINGERING_BYTES = 256 * 1024;

  private final BlockingQueue<Write> queue = new LinkedBlockingQueue<>();

  void add(Write write) {
    queue.add(write);
  }

  boolean isEmpty() {
    return queue.isEmpty();
  }

  /// Waits until something is to be written, but no longer than `atMost`.
  ///
  /// @return what is to be written now, in order of arrival; empty if the time has passed
  List<Write> take(@Nullable Duration atMost) throws InterruptedException {
    List<Write> batch = new ArrayList<>();
    Write first =
        atMost == null ? queue.take() : queue.poll(atMost.toNanos(), TimeUnit.NANOSECONDS);
    long now = System.nanoTime();
    long left = Long.MAX_VALUE;
    int weight = 0;
    for (Write next = first; next != null; next = queue.poll(left, TimeUnit.NANOSECONDS)) {
      batch.add(next);
      weight += next.weight();
      if (weight >= MOST_LINGERING_BYTES || batch.size() >= MOST_AT_ONCE) {
        break;
      }
      long then = now;
      now = System.nanoTime();
      left = Math.min(left - (now - then), next.patience().toNanos());
      if (left <= 0) {
        break;
      }
    }
    addWaiting(batch);
    return batch;
  }

  /// What has come meanwhile joins the batch.
  void addWaiting(List<Write> batch) {
    queue.drainTo(batch, Math.max(0, MOST_AT_ONCE - batch.size()));
  }
}
