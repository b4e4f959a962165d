package dev.manyhands.dispatch;

import dev.manyhands.job.Job;
import dev.manyhands.job.JobState;
import org.jspecify.annotations.Nullable;

/// A job at one moment, as far as it is committed.
///
/// @param inOrder how many of its tasks have ended without a gap from the first on
/// @param progress how fast it went; none before a task has ended, and after a restart
/// @param version rises with every change of the job that runs here
/// @param fate whether it still is here
/// @param open whether anybody may add inputs to it while it receives
public record Moment(
    Job job, int inOrder, @Nullable Progress progress, long version, Fate fate, boolean open) {
  /// Where a job is that was here.
  public enum Fate {
    /// Here, or it has ended.
    HERE,
    /// It was taken back: while its inputs came, or since it could not be stored.
    REMOVED,
    /// It is another node's, or will be.
    ELSEWHERE
  }

  /// Whether nothing will change any more, as far as it is told here.
  public boolean isLast() {
    return fate != Fate.HERE || job.state().isTerminal();
  }

  /// Whether anybody may add inputs to it.
  public boolean isOpen() {
    return open && job.state() == JobState.RECEIVING;
  }

  public boolean removed() {
    return fate == Fate.REMOVED;
  }

  public boolean isElsewhere() {
    return fate == Fate.ELSEWHERE;
  }

  /// A job that has ended.
  static Moment ended(Job job) {
    return new Moment(job, job.counts().total(), Progress.whole(job), 0, Fate.HERE, false);
  }
}
