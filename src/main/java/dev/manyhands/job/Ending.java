package dev.manyhands.job;

import java.util.List;

/// How neighbouring tasks ended, as the log tells it without their values and what they printed.
public sealed interface Ending {
  /// Index of the first task.
  int first();

  int count();

  /// Tasks that ran.
  ///
  /// @param attempt the attempt that ended them, counted from 1
  /// @param times one count a task
  /// @param failures in order of index; the others succeeded
  record Ran(int first, int attempt, RunTimes times, List<Failure> failures, Stint stint)
      implements Ending {
    public Ran {
      failures = List.copyOf(failures);
    }

    @Override
    public int count() {
      return times.count();
    }
  }

  /// Tasks that ended without a run of their own.
  record Unrun(int first, int count, Outcome outcome) implements Ending {}

  /// The index after the last.
  default int end() {
    return first() + count();
  }
}
