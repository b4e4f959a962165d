package dev.manyhands.dispatch;

import dev.manyhands.job.Ranges;

/// A chunk in a worker's hands.
///
/// @param open its tasks that no outcome has come for
/// @param expected nanoseconds that were charged to the job for it
record Handed(
    ActiveJob job, int attempt, boolean alone, int count, Ranges open, long since, long expected) {}
