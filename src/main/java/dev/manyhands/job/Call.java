package dev.manyhands.job;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// How each task of a job is run; the same object for all chunks of the job.
///
/// @param caller whose code it is: a worker process is never shared between callers
/// @param timeout the longest that one task may run; none: no limit
public record Call(JobId job, String caller, Function function, @Nullable Duration timeout) {}
