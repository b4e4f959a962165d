package dev.manyhands.store;

import dev.manyhands.job.Job;
import dev.manyhands.job.Ranges;

/// An unfinished job that this node now owns.
///
/// @param epoch to append with
/// @param done indexes that have ended
public record Claimed(Job job, long epoch, Ranges done) {
  /// The first index that has not ended; the job's total if there is none.
  public int firstOpen() {
    if (done.isEmpty() || done.firstRange().first() > 0) {
      return 0;
    }
    return done.firstRange().end();
  }
}
