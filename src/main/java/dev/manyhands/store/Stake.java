package dev.manyhands.store;

import dev.manyhands.job.JobId;

/// An unfinished job that is this node's by the database.
///
/// @param epoch at which it is
record Stake(JobId job, long epoch) {}
