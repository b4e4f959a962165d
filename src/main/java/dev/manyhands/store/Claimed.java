package dev.manyhands.store;

import dev.manyhands.job.Job;
import dev.manyhands.job.Ranges;

/// An unfinished job that this node now owns.
///
/// @param epoch to append with
/// @param done indexes that have ended
public record Claimed(Job job, long epoch, Ranges done) {}
