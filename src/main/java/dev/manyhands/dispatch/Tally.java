package dev.manyhands.dispatch;

import dev.manyhands.job.Counts;
import dev.manyhands.job.Outcome;
import dev.manyhands.job.Outcomes;
import dev.manyhands.job.Ranges;
import dev.manyhands.job.ResultBlock;
import java.util.Optional;

/// Which tasks of a job have ended, and how: every block for its log is made here, and so counted.
/// Only the scheduler touches it.
final class Tally {
  /// What is not in the log, wherever it is.
  private final Ranges unended;

  private Counts counts;

  Tally(Order order) {
    this.counts = order.job().counts();
    this.unended = Ranges.upTo(order.total());
    order.done().ranges().forEach(range -> unended.remove(range.first(), range.end()));
  }

  Counts counts() {
    return counts;
  }

  /// Tasks that have not ended.
  int open() {
    return unended.size();
  }

  boolean isOpen(int index) {
    return unended.contains(index);
  }

  /// The first task that has not ended, or will be there next.
  int firstOpen() {
    return unended.isEmpty() ? counts.total() : unended.firstRange().first();
  }

  /// So many more inputs are there.
  void grow(int n) {
    int first = counts.total();
    counts = counts.grown(n);
    unended.add(first, first + n);
  }

  /// Tasks that have run, as a block; none if there are none.
  Optional<ResultBlock> ran(Outcomes outcomes, int attempt, int from, int end) {
    return from < end
        ? Optional.of(counted(new ResultBlock.Ran(attempt, outcomes.slice(from, end - from))))
        : Optional.empty();
  }

  /// Tasks that will not run (again), as a block.
  ResultBlock unrun(int first, int count, Outcome outcome) {
    return counted(new ResultBlock.Unrun(first, count, outcome));
  }

  private ResultBlock counted(ResultBlock block) {
    unended.remove(block.first(), block.first() + block.count());
    counts = counts.plus(block);
    return block;
  }
}
