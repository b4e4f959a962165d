package dev.manyhands.dispatch;

import dev.manyhands.job.JobSpec;
import dev.manyhands.store.Change;
import org.jspecify.annotations.Nullable;

/// What a submission is, beside its inputs.
///
/// @param functionAt the pointer of its function, if it has only one
/// @param receives whether inputs come after those with which it becomes a job
/// @param open whether it goes on receiving without the request that made it
/// @param once its idempotency key
/// @param awaited whether its sender waits for its end and hears nothing before
record Submitted(
    JobSpec spec,
    String functionAt,
    boolean receives,
    boolean open,
    Change.@Nullable Once once,
    boolean awaited) {
  Submitted {
    if (open && !receives) {
      throw new IllegalArgumentException("an open job receives");
    }
  }

  /// One whose function stands beside its inputs, and whose sender does not wait.
  Submitted(JobSpec spec, boolean receives, boolean open, Change.@Nullable Once once) {
    this(spec, "/function", receives, open, once, false);
  }

  /// Whether it may run before it is committed, so that job and results are one commit: its sender
  /// hears of it when both are. A key must be found in use before anything runs a second time, and
  /// a task that must not run twice is not to run for a job that is lost. A limit shows who holds
  /// it.
  boolean mayRunAhead() {
    return awaited
        && !receives
        && once == null
        && spec.gates().dependsOn() == null
        && spec.gates().limits().isEmpty()
        && spec.care().onWorkerLost().rerun();
  }
}
