package dev.manyhands.cluster;

import dev.manyhands.job.Failure;
import dev.manyhands.job.JsonLines;
import dev.manyhands.job.Outcome;
import dev.manyhands.job.Outcomes;
import dev.manyhands.job.RunTimes;
import dev.manyhands.job.Stint;
import dev.manyhands.job.TaskError;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;

/// Outcomes of tasks that no worker reported.
final class Failed {
  private Failed() {}

  /// Neighbouring tasks that all ended so.
  ///
  /// @param worker said to have had them
  static Outcomes all(int first, int count, Outcome outcome, TaskError error, String worker) {
    Instant now = Instant.now();
    List<Failure> failures =
        IntStream.range(first, first + count)
            .mapToObj(index -> new Failure(index, outcome, error))
            .toList();
    return new Outcomes(
        first,
        JsonLines.of("null\n".repeat(count)),
        failures,
        RunTimes.of(count, 0),
        List.of(),
        new Stint(worker, now, now));
  }

  /// Tasks that were with a node which is gone.
  static Outcomes lost(int first, int count, String pool) {
    TaskError error =
        TaskError.crash(
            "its worker node was lost; it may have run", new TaskError.Exit(null, null, ""));
    return all(first, count, Outcome.CRASHED, error, pool + "-lost");
  }
}
