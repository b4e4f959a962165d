package dev.manyhands.dispatch;

/// How many tasks of a job go into one chunk: grown from the measured time towards a target of
/// work, cut small near the end so that no straggler holds the job (guided self-scheduling,
/// Polychronopoulos and Kuck 1987).
///
/// The target is what makes hand-overs cheap: a worker that computes for 20 ms and then waits half
/// a millisecond for its next task loses as much as all else together. Nobody waits for the end of
/// a long chunk, since it can be cut: see [Turns]. Among many workers, whose tasks mostly wait,
/// hundreds of chunks end in the same moment, so there they may be longer still; and so they may
/// where a hand-over takes long, as to another node.
final class Pace {
  static final long TARGET_NANOS = 100_000_000;

  /// The same for jobs whose chunks hold what others wait for, such as a permit, or that lose what
  /// is in hand.
  static final long SHORT_NANOS = Turns.TURN_NANOS;

  /// Workers for which the target is meant.
  private static final int FEW_WORKERS = 8;

  /// The longest target, as many times as long.
  private static final int MOST_TIMES = 10;

  /// A chunk is so many times as long as its hand-over takes, which then costs a fortieth.
  private static final int HAND_OVERS = 40;

  /// But for that at most so many times as long as else: another node's chunks wait behind it.
  private static final int MOST_FOR_HAND_OVERS = 4;

  /// Chunks after which it is known how long a hand-over takes: workers load a function first.
  private static final int ENOUGH = 8;

  /// Near the end a chunk keeps at least this much work, else tiny tasks would end in a shower of
  /// tiny chunks.
  static final long TAIL_NANOS = 2_000_000;

  /// And so many times what a hand-over takes.
  private static final int TAIL_HAND_OVERS = 3;

  /// A chunk is at most so many times the largest that has been measured: the first tasks of a
  /// function are slower, or faster, than the rest.
  private static final int GROWTH = 32;

  /// No task is taken for shorter; run times are whole microseconds.
  private static final double LEAST_NANOS = 50;

  /// How much the newest chunk counts in the mean.
  private static final double NEWEST = 0.4;

  private final int fixed;
  private final long targetNanos;
  private double meanNanos = -1;
  private int largest = 1;
  private long handOverNanos = Long.MAX_VALUE;
  private int handOvers;

  /// @param fixed tasks a chunk as the client wants it; 0 to measure
  /// @param targetNanos work of a chunk that grows
  Pace(int fixed, long targetNanos) {
    this.fixed = fixed;
    this.targetNanos = targetNanos;
  }

  /// Whether anything is known of the tasks' time.
  boolean isMeasured() {
    return meanNanos >= 0;
  }

  /// `count` tasks ran for `nanos` together, waiting and transport not counted: a worker's start is
  /// no property of the function.
  void measured(int count, long nanos) {
    double mean = Math.max((double) nanos / count, LEAST_NANOS);
    meanNanos = meanNanos < 0 ? mean : meanNanos + NEWEST * (mean - meanNanos);
    largest = Math.max(largest, count);
  }

  /// A chunk came back so much later than its tasks ran: the least of these is what a hand-over
  /// takes, since more is waiting.
  void handedOver(long nanos) {
    handOvers++;
    handOverNanos = Math.min(handOverNanos, Math.max(0, nanos));
  }

  /// Tasks for the next chunk, 1 or more.
  ///
  /// @param pending tasks of the job that wait
  /// @param open those and the ones in workers' hands
  /// @param workers that may share them
  int next(int pending, int open, int workers) {
    if (fixed > 0) {
      return fixed;
    }
    if (meanNanos < 0) {
      return 1;
    }
    double full = Math.min(target(workers) / meanNanos, (double) largest * GROWTH);
    // Many workers get an equal share each, since their tasks wait rather than compute and so take
    // alike; what turns out otherwise is shared again.
    double equal = workers > FEW_WORKERS ? (double) open / workers : pending / (2.0 * workers);
    double share = Math.max(equal, tail() / meanNanos);
    return (int) Math.max(1, Math.min(full, share));
  }

  private double target(int workers) {
    double times = (double) Math.max(workers, FEW_WORKERS) / FEW_WORKERS;
    double target = targetNanos * Math.min(times, MOST_TIMES);
    if (handOvers < ENOUGH || targetNanos < TARGET_NANOS) {
      return target;
    }
    double forHandOver = (double) handOverNanos * HAND_OVERS;
    return Math.max(target, Math.min(forHandOver, targetNanos * (double) MOST_FOR_HAND_OVERS));
  }

  /// Where a hand-over takes longer than that, so much work as it is worth: the last tasks would
  /// wait for one hand-over after the other.
  private double tail() {
    return handOvers < ENOUGH
        ? TAIL_NANOS
        : Math.clamp((double) handOverNanos * TAIL_HAND_OVERS, TAIL_NANOS, (double) targetNanos);
  }

  /// The time that `count` tasks are expected to take, nanoseconds.
  long expected(int count) {
    return (long) ((meanNanos < 0 ? TAIL_NANOS : meanNanos) * count);
  }
}
