package dev.manyhands.dispatch;

import dev.manyhands.job.Job;
import org.jspecify.annotations.Nullable;

/// A job at one moment, as far as it is committed.
///
/// @param inOrder how many of its tasks have ended without a gap from the first on
/// @param progress how fast it went; none before a task has ended, and after a restart
/// @param version rises with every change of the job that runs here
/// @param removed whether it was taken back: while its inputs came, or since it could not be stored
public record Moment(
    Job job, int inOrder, @Nullable Progress progress, long version, boolean removed) {
  /// Whether nothing will change any more.
  public boolean isLast() {
    return removed || job.state().isTerminal();
  }

  /// A job that has ended.
  static Moment ended(Job job) {
    return new Moment(job, job.counts().total(), Progress.whole(job), 0, false);
  }
}
