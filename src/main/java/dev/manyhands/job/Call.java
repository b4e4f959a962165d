package dev.manyhands.job;

/// How each task of a job is run; the same object for all chunks of the job.
///
/// @param caller whose code it is: a worker process is never shared between callers
/// @param timeouts how long one task may run
public record Call(JobId job, String caller, Function function, Timeouts timeouts) {}
