package dev.manyhands.dispatch;

import dev.manyhands.job.Ranges;
import java.util.List;

/// What was taken of the inputs that one request added to a job: committed and synced.
///
/// @param first index of the first of them; -1: there is none
/// @param last index of the last of them; where others added inputs meanwhile, there are more from
///   first to last than `count`
/// @param runs which they are, in order; empty if they are more runs than [#MOST_RUNS]
public record Receipt(int first, int last, int count, List<Ranges.Range> runs) {
  /// Where many senders take turns for long, a list of all would be as long as what they sent.
  public static final int MOST_RUNS = 1000;

  public Receipt {
    runs = List.copyOf(runs);
  }

  /// Neighbouring inputs.
  public Receipt(int first, int count) {
    this(first, first + count - 1, count, List.of(new Ranges.Range(first, first + count)));
  }

  /// Whether others added inputs in between.
  public boolean isMixed() {
    return count > 0 && last - first + 1 > count;
  }
}
