package dev.manyhands.dispatch;

/// How many tasks of a job go into one chunk: grown from the measured time towards [#TARGET_NANOS]
/// of work, cut small near the end so that no straggler holds the job (guided self-scheduling,
/// Polychronopoulos and Kuck 1987).
///
/// The target bounds what a small job waits behind a giant one for a slot. At 20 ms the hand-over,
/// some 0.1 ms, costs half a percent. Among many workers one is free long before the chunk of each
/// has ended, so there a chunk may be longer, and hundreds of waiting tasks that end at once need
/// fewer hand-overs in that moment.
final class Pace {
  static final long TARGET_NANOS = 20_000_000;

  /// Workers for which the target is meant.
  private static final int FEW_WORKERS = 8;

  /// The longest target, for however many workers.
  private static final long MOST_NANOS = 200_000_000;

  /// Near the end a chunk keeps at least this much work, else tiny tasks would end in a shower of
  /// tiny chunks.
  static final long TAIL_NANOS = 2_000_000;

  /// A chunk is at most so many times the largest that has been measured: the first tasks of a
  /// function are slower, or faster, than the rest.
  private static final int GROWTH = 32;

  /// No task is taken for shorter; run times are whole microseconds.
  private static final double LEAST_NANOS = 50;

  /// How much the newest chunk counts in the mean.
  private static final double NEWEST = 0.4;

  private final int fixed;
  private double meanNanos = -1;
  private int largest = 1;

  /// @param fixed tasks a chunk as the client wants it; 0 to measure
  Pace(int fixed) {
    this.fixed = fixed;
  }

  /// `count` tasks ran for `nanos` together, waiting and transport not counted: a worker's start is
  /// no property of the function.
  void measured(int count, long nanos) {
    double mean = Math.max((double) nanos / count, LEAST_NANOS);
    meanNanos = meanNanos < 0 ? mean : meanNanos + NEWEST * (mean - meanNanos);
    largest = Math.max(largest, count);
  }

  /// Tasks for the next chunk, 1 or more.
  ///
  /// @param pending tasks of the job that wait
  /// @param workers that may share them
  int next(int pending, int workers) {
    if (fixed > 0) {
      return fixed;
    }
    if (meanNanos < 0) {
      return 1;
    }
    double full = Math.min(target(workers) / meanNanos, (double) largest * GROWTH);
    double share = Math.max((double) pending / (2.0 * workers), TAIL_NANOS / meanNanos);
    return (int) Math.max(1, Math.min(full, share));
  }

  private static double target(int workers) {
    return Math.min(
        (double) TARGET_NANOS * Math.max(workers, FEW_WORKERS) / FEW_WORKERS, MOST_NANOS);
  }

  /// The time that `count` tasks are expected to take, nanoseconds.
  long expected(int count) {
    return (long) ((meanNanos < 0 ? TAIL_NANOS : meanNanos) * count);
  }
}
