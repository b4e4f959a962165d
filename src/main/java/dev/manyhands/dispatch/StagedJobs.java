package dev.manyhands.dispatch;

import dev.manyhands.job.Job;
import java.util.List;

/// Jobs that other nodes hand over to this one, since it has their limits.
public final class StagedJobs {
  private final Submissions submissions;

  StagedJobs(Submissions submissions) {
    this.submissions = submissions;
  }

  /// Makes it a job of this node; when this returns it is committed, and runs.
  ///
  /// @throws dev.manyhands.job.Refused if it cannot be accepted
  public Job accept(StagedJob job) {
    Submitted submitted = new Submitted(job.spec(), job.receives(), job.open(), job.once());
    return submissions.accept(job.id(), submitted, List.of(), Starts.of(job));
  }
}
