package dev.manyhands.history;

import dev.manyhands.testkit.Witness;
import java.util.List;
import java.util.Map;

/// What there is in the end: the jobs over HTTP, the tasks' own testimony, and what the service
/// left when it had stopped.
///
/// @param left processes, folders and locks, in words
/// @param log of all starts of the service
public record Found(
    List<FoundJob> jobs, List<Witness.Start> starts, List<String> left, String log) {
  public Found {
    jobs = List.copyOf(jobs);
    starts = List.copyOf(starts);
    left = List.copyOf(left);
  }

  /// One job.
  ///
  /// @param key under which it was submitted: its label `key`
  /// @param counts tasks by outcome, and `total`
  /// @param byInput result lines in order of input
  /// @param byCompletion result lines in order of completion
  public record FoundJob(
      String id,
      String key,
      String state,
      Map<String, Integer> counts,
      List<String> byInput,
      List<String> byCompletion) {
    public FoundJob {
      counts = Map.copyOf(counts);
      byInput = List.copyOf(byInput);
      byCompletion = List.copyOf(byCompletion);
    }
  }
}
