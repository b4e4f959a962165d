package dev.manyhands.job;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The jobs that have to end before a job starts, and what becomes of their values.
///
/// @param jobs 1 to 1,000, none of them twice; their order is that of their values
public record DependsOn(List<JobId> jobs, Inputs inputs, OnFailed onFailed) {
  public static final int MAX_JOBS = 1000;

  /// Where the inputs of the waiting job come from.
  public enum Inputs {
    /// They were posted with it.
    OWN,
    /// Each value of the others is one input, in the order of the jobs and of their tasks.
    VALUES,
    /// Each of the other jobs is one input: the array of its values.
    WHOLE
  }

  /// What a job means that ended other than `succeeded`.
  public enum OnFailed {
    /// The waiting job is cancelled.
    CANCEL,
    /// It starts all the same, with the values that there are.
    RUN
  }

  public DependsOn {
    jobs = List.copyOf(jobs);
    Rules.size("/dependsOn/jobs", "job ids", 1, MAX_JOBS, jobs.size());
    Set<JobId> seen = new HashSet<>();
    for (int i = 0; i < jobs.size(); i++) {
      if (!seen.add(jobs.get(i))) {
        throw new Invalid(
            "/dependsOn/jobs/" + i, "expected each job once, got again: " + jobs.get(i));
      }
    }
  }
}
