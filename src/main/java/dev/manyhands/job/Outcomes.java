package dev.manyhands.job;

import java.util.List;

/// How a run of neighbouring tasks ended, as a worker reports it and the log stores it: bare
/// values, and a sparse list of those that failed.
///
/// @param first index of the first task
/// @param values one line a task; a failed task's line is `null`
/// @param failures in order of index, each within the run
/// @param times one count a task
/// @param output of the tasks that wrote any, in order of index
public record Outcomes(
    int first,
    JsonLines values,
    List<Failure> failures,
    RunTimes times,
    List<TaskOutput> output,
    Stint stint) {

  public Outcomes {
    failures = List.copyOf(failures);
    output = List.copyOf(output);
    if (times.count() != values.count()) {
      throw new IllegalArgumentException(values.count() + " values, times of " + times.count());
    }
  }

  public int count() {
    return values.count();
  }

  /// The index after the last.
  public int end() {
    return first + values.count();
  }

  /// Those of the tasks `from` (an index) to `from + n - 1`.
  public Outcomes slice(int from, int n) {
    if (from == first && n == count()) {
      return this;
    }
    return new Outcomes(
        from,
        values.slice(from - first, n),
        failures.stream().filter(f -> f.index() >= from && f.index() < from + n).toList(),
        times.slice(from - first, n),
        output.stream().filter(o -> o.index() >= from && o.index() < from + n).toList(),
        stint);
  }
}
