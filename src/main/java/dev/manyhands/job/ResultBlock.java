package dev.manyhands.job;

/// A run of neighbouring tasks with the outcome that each of them has for good: one entry of a
/// job's result log.
public sealed interface ResultBlock {
  /// Index of the first task.
  int first();

  int count();

  /// Tasks that ran.
  ///
  /// @param attempt the attempt that ended them, counted from 1
  record Ran(int attempt, Outcomes outcomes) implements ResultBlock {
    @Override
    public int first() {
      return outcomes.first();
    }

    @Override
    public int count() {
      return outcomes.count();
    }
  }

  /// Tasks that ended without a run of their own: cancelled or skipped.
  record Unrun(int first, int count, Outcome outcome) implements ResultBlock {
    public Unrun {
      if (outcome != Outcome.CANCELLED && outcome != Outcome.SKIPPED) {
        throw new IllegalArgumentException("expected cancelled or skipped, got: " + outcome.word());
      }
    }
  }
}
