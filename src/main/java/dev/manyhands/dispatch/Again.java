package dev.manyhands.dispatch;

import java.util.List;

/// Tasks that are to run once more.
///
/// @param end the index after the last
/// @param attempt that comes next
/// @param alone one task a chunk, since it is suspected of having killed its worker
/// @param due when it may run, on the scheduler's clock, nanoseconds
/// @param keys of the keyed limits of its job, one for each
record Again(
    ActiveJob job, int first, int end, int attempt, boolean alone, long due, List<String> keys) {
  Again(ActiveJob job, int first, int end, int attempt, boolean alone, long due) {
    this(job, first, end, attempt, alone, due, List.of());
  }

  /// The same without those before `start`.
  Again from(int start) {
    return new Again(job, start, end, attempt, alone, due, keys);
  }

  /// The same without those from `stop` on.
  Again to(int stop) {
    return new Again(job, first, stop, attempt, alone, due, keys);
  }

  /// The same with these keys.
  Again with(List<String> known) {
    return known.isEmpty() ? this : new Again(job, first, end, attempt, alone, due, known);
  }
}
