package dev.manyhands.dispatch;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Measures how fast a job's tasks end, over the last commits that are some time apart. Costs a few
/// additions a commit, whatever the size of the job. Not safe for use by several threads.
final class Speed {
  /// Steps of the window.
  private static final int STEPS = 16;

  /// Commits closer together than this are one step, so the window is at least some seconds long
  /// once the job is that old.
  private static final long MIN_STEP_NANOS = 500_000_000;

  /// The window's steps, a ring: when each ended, and how many tasks had ended then.
  private final long[] times = new long[STEPS + 1];

  private final int[] done = new int[STEPS + 1];

  /// Steps that were begun so far; 0 before the start.
  private long newest = -1;

  /// The newest time again, on the clock that clients have.
  private Instant measuredAt = Instant.EPOCH;

  /// The first task starts.
  void start(long nanos, int doneBefore) {
    newest = 0;
    times[0] = nanos;
    done[0] = doneBefore;
  }

  /// So many have ended by now.
  void measure(long nanos, int doneNow, Instant at) {
    measuredAt = at;
    if (newest < 0) {
      start(nanos, doneNow);
      return;
    }
    // The newest step grows until it is long enough.
    if (newest == 0 || times[at(newest)] - times[at(newest - 1)] >= MIN_STEP_NANOS) {
      newest++;
    }
    times[at(newest)] = nanos;
    done[at(newest)] = doneNow;
  }

  /// The speed over the window; none before something was measured.
  @Nullable Progress progress() {
    if (newest < 1) {
      return null;
    }
    long oldest = Math.max(0, newest - STEPS);
    int tasks = done[at(newest)] - done[at(oldest)];
    long nanos = times[at(newest)] - times[at(oldest)];
    if (nanos <= 0) {
      return null;
    }
    int steps = (int) (newest - oldest);
    return new Progress(
        tasks, Duration.ofNanos(nanos), steps, error(oldest, tasks, nanos), measuredAt);
  }

  /// The standard error of the mean speed over the steps, as a part of it. One step says nothing of
  /// that.
  private double error(long oldest, int tasks, long nanos) {
    int steps = (int) (newest - oldest);
    if (steps < 2 || tasks == 0) {
      return 0.5;
    }
    double mean = (double) tasks / nanos;
    double sum = 0;
    for (long step = oldest + 1; step <= newest; step++) {
      double took = Math.max(1, times[at(step)] - times[at(step - 1)]);
      double speed = (done[at(step)] - done[at(step - 1)]) / took;
      sum += (speed / mean - 1) * (speed / mean - 1) * took;
    }
    return Math.sqrt(sum / nanos / (steps - 1));
  }

  private static int at(long step) {
    return (int) (step % (STEPS + 1));
  }
}
