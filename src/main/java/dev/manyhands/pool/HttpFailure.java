package dev.manyhands.pool;

import dev.manyhands.job.TaskError;

/// A request that could not be made, had no answer, or had one that fails its task.
final class HttpFailure extends Exception {
  private static final long serialVersionUID = 1;

  private final transient TaskError error;

  HttpFailure(TaskError error) {
    super(error.message(), null, false, false);
    this.error = error;
  }

  TaskError error() {
    return error;
  }
}
