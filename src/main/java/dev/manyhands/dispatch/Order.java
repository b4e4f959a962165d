package dev.manyhands.dispatch;

import dev.manyhands.job.Job;
import dev.manyhands.job.Ranges;

/// A job as the scheduler takes it over: new, or found unfinished at the start.
///
/// @param pool the pool that it runs on
/// @param blocks of its inputs; a chunk never crosses into another one
/// @param done indexes that have ended already
record Order(Job job, String pool, BlockStarts blocks, Ranges done) {
  Order(Job job, String pool, int[] blockStarts, Ranges done) {
    this(job, pool, new BlockStarts(blockStarts, job.counts().total()), done);
  }

  /// How many inputs it had then.
  int total() {
    return job.counts().total();
  }
}
