package dev.manyhands.pool;

import dev.manyhands.job.RunTimes;
import java.util.Arrays;

/// The run times of a worker's tasks, in spans as long as the tasks are tiny. Only its worker
/// touches it.
///
/// Reading the clock takes some 25 ns, a tiny task as much: after a few tiny tasks, spans double up
/// to 64 tasks. The first span with a slow task ends that, and each task is timed by itself again.
final class TaskSpans {
  /// Below this a task is tiny: the clock then costs more than a thousandth of it.
  private static final long TINY_NANOS = 20_000;

  private static final int MIN_TASKS = 8;
  private static final int MAX_TASKS = 64;

  private int[] counts = new int[16];
  private long[] micros = new long[16];
  private int spans;
  private int tasks;
  private int tinyInARow;
  // The microseconds of all spans are those of all nanoseconds: what one span rounds away, a later
  // one gets.
  private long nanos;
  private long wholeMicros;

  /// How many tasks are worth to be timed together next: 1, or 8 to 64.
  int next() {
    return tinyInARow < MIN_TASKS ? 1 : Math.min(tinyInARow, MAX_TASKS);
  }

  /// The next tasks ran for so long together.
  void add(int ran, long nanosTogether) {
    tasks += ran;
    boolean tiny = nanosTogether < TINY_NANOS * ran;
    tinyInARow = tiny ? Math.min(tinyInARow + ran, MAX_TASKS) : 0;
    nanos += nanosTogether;
    long spanMicros = nanos / 1000 - wholeMicros;
    wholeMicros += spanMicros;
    if (tiny && spans > 0 && counts[spans - 1] + ran <= MAX_TASKS && isTiny(spans - 1)) {
      // Timed one by one because of a timeout, or the first of many: kept together all the same.
      counts[spans - 1] += ran;
      micros[spans - 1] += spanMicros;
      return;
    }
    if (spans == counts.length) {
      counts = Arrays.copyOf(counts, spans * 2);
      micros = Arrays.copyOf(micros, spans * 2);
    }
    counts[spans] = ran;
    micros[spans++] = spanMicros;
  }

  /// Tasks of the times added since the last call of [#take].
  int tasks() {
    return tasks;
  }

  /// The times added since the last call.
  RunTimes take() {
    RunTimes taken = new RunTimes(Arrays.copyOf(counts, spans), Arrays.copyOf(micros, spans));
    spans = 0;
    tasks = 0;
    return taken;
  }

  private boolean isTiny(int span) {
    return micros[span] * 1000 < TINY_NANOS * counts[span];
  }
}
