package dev.manyhands.json;

import dev.manyhands.job.JobSpec;

/// What a client asked for, without the inputs.
///
/// @param open whether the job goes on receiving inputs after those that come with it
/// @param secretMade whether a webhook came without a secret and got one, which only the answer to
///   this submission tells
public record Asked(JobSpec spec, boolean open, boolean secretMade) {}
