package dev.manyhands.store;

import dev.manyhands.job.Counts;
import dev.manyhands.job.Job;
import dev.manyhands.job.JobId;
import dev.manyhands.job.JobState;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Jobs that are accepted and end in one commit, as most small ones do: each of their rows is
/// written once, as it ends up.
final class WholeJobs {
  /// The end of each such job, by the place of its acceptance.
  private final Map<Integer, Integer> ends = new HashMap<>();

  /// Finds them.
  WholeJobs(List<Change> changes) {
    Map<JobId, Integer> accepted = new HashMap<>();
    for (int i = 0; i < changes.size(); i++) {
      Change change = changes.get(i);
      JobId job = change.job();
      if (change instanceof Change.Accept accept) {
        if (isPlain(accept.accepted())) {
          accepted.put(accept.job(), i);
        }
      } else if (job != null) {
        Integer at = accepted.remove(job);
        if (at != null && isEnd(change)) {
          ends.put(at, i);
        }
      }
    }
  }

  /// Webhooks are told of each move, and a job that depends on others may not be accepted.
  private static boolean isPlain(Job job) {
    return job.state() == JobState.QUEUED
        && job.spec().keeping().webhooks().isEmpty()
        && job.spec().gates().dependsOn() == null;
  }

  private static boolean isEnd(Change change) {
    return change instanceof Change.Append append
        && append.epoch() == 1
        && append.state().isTerminal()
        && JobState.QUEUED.next().contains(append.state())
        && !append.blocks().isEmpty();
  }

  /// Where the job ends that is accepted at this place; null if it goes on.
  @Nullable Integer end(int accept) {
    return ends.get(accept);
  }

  /// The job as it stands after the commit, with its whole log written.
  static Job write(Change.Accept accept, Change.Append end, ResultLog results) {
    Job job = accept.accepted();
    Counts counts = results.write(end, job.counts());
    return new Job(job.id(), job.caller(), job.spec(), end.standing(), counts, end.timeline());
  }
}
