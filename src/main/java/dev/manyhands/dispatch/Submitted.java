package dev.manyhands.dispatch;

import dev.manyhands.job.JobSpec;
import dev.manyhands.store.Change;
import org.jspecify.annotations.Nullable;

/// What a submission is, beside its inputs.
///
/// @param receives whether inputs come after those with which it becomes a job
/// @param open whether it goes on receiving without the request that made it
/// @param once its idempotency key
record Submitted(JobSpec spec, boolean receives, boolean open, Change.@Nullable Once once) {
  Submitted {
    if (open && !receives) {
      throw new IllegalArgumentException("an open job receives");
    }
  }
}
