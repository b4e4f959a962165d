package dev.manyhands.json;

import dev.manyhands.job.JobSpec;

/// What a client asked for, without the inputs.
///
/// @param open whether the job goes on receiving inputs after those that come with it
public record Asked(JobSpec spec, boolean open) {}
