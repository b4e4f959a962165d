package dev.manyhands.job;

/// What a task that ended other than `succeeded` means for the rest of its job.
public enum OnFailure {
  /// The others go on.
  CONTINUE,
  /// What has not started is skipped, what runs may finish (`wait(fs, FIRST_EXCEPTION)`).
  STOP
}
