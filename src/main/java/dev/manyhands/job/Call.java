package dev.manyhands.job;

/// How each task of a job is run; the same object for all chunks of the job.
///
/// @param caller whose code it is: a worker process is never shared between callers
/// @param timeouts how long one task may run
/// @param once whether a task that may have run with a lost worker must not run again
public record Call(JobId job, String caller, Function function, Timeouts timeouts, boolean once) {
  /// Of a job whose tasks may run again.
  public Call(JobId job, String caller, Function function, Timeouts timeouts) {
    this(job, caller, function, timeouts, false);
  }
}
