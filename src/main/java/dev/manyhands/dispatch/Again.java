package dev.manyhands.dispatch;

/// Tasks that are to run once more.
///
/// @param end the index after the last
/// @param attempt that comes next
/// @param alone one task a chunk, since it is suspected of having killed its worker
/// @param due when it may run, on the scheduler's clock, nanoseconds
record Again(ActiveJob job, int first, int end, int attempt, boolean alone, long due) {
  Again from(int start) {
    return new Again(job, start, end, attempt, alone, due);
  }
}
