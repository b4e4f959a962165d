package dev.manyhands.json;

import dev.manyhands.job.JobSpec;

/// A posted job that was read to its end and is valid.
///
/// @param inputs how many were cut out of it, 1 or more
public record Posted(JobSpec spec, int inputs) {}
