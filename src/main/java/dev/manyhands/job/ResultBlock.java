package dev.manyhands.job;

import java.util.List;

/// A run of neighbouring tasks with the outcome that each of them has for good: one entry of a
/// job's result log.
public sealed interface ResultBlock {
  /// Index of the first task.
  int first();

  int count();

  /// Tasks that ran.
  ///
  /// @param attempt the attempt that ended them, counted from 1
  /// @param large in order of index, those of its values that are kept elsewhere: their lines are
  ///   `null`
  record Ran(int attempt, Outcomes outcomes, List<LargeValue> large) implements ResultBlock {
    public Ran {
      large = List.copyOf(large);
    }

    /// With every value in its line.
    public Ran(int attempt, Outcomes outcomes) {
      this(attempt, outcomes, List.of());
    }

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
