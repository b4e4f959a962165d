package dev.manyhands.dispatch;

import dev.manyhands.job.Job;
import dev.manyhands.job.Ranges;
import java.util.Arrays;

/// A job as the scheduler takes it over: new, or found unfinished at the start.
///
/// @param pool the pool that it runs on
/// @param blockStarts index of the first input of each block, rising from 0; a chunk never crosses
///   into another block
/// @param done indexes that have ended already
record Order(Job job, String pool, int[] blockStarts, Ranges done) {
  int total() {
    return job.counts().total();
  }

  /// Start of the block that holds the index.
  int blockOf(int index) {
    int found = Arrays.binarySearch(blockStarts, index);
    return blockStarts[found >= 0 ? found : -found - 2];
  }

  /// The index after the last of the block that holds the given one.
  int blockEnd(int index) {
    int found = Arrays.binarySearch(blockStarts, index);
    int next = found >= 0 ? found + 1 : -found - 1;
    return next < blockStarts.length ? blockStarts[next] : total();
  }
}
