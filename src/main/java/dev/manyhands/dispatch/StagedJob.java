package dev.manyhands.dispatch;

import dev.manyhands.job.JobId;
import dev.manyhands.job.JobSpec;
import dev.manyhands.store.Change;
import org.jspecify.annotations.Nullable;

/// A submission whose inputs are all staged in the store, on its way to the node that accepts it.
///
/// @param receives whether inputs come after those with which it becomes a job
/// @param open whether it goes on receiving without the request that made it
/// @param starts index of the first input of each block, rising
/// @param functions of each block, by its place in the job's; none: all have the first
/// @param total inputs
/// @param bytes of all inputs
public record StagedJob(
    JobId id,
    JobSpec spec,
    boolean receives,
    boolean open,
    Change.@Nullable Once once,
    int[] starts,
    int @Nullable [] functions,
    int total,
    long bytes) {}
