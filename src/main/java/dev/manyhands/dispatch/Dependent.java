package dev.manyhands.dispatch;

import dev.manyhands.job.DependsOn;
import dev.manyhands.job.JobId;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;

/// A live job that waits for the end of others, and what lets it in then.
final class Dependent {
  final LiveJob job;
  final Barrier.Gate gate;
  final DependsOn on;

  /// Those whose end is not known. Only [Dependents] touches it, under its lock.
  final Set<JobId> unmet;

  /// Whether it is known what becomes of it. Only [Dependents] touches it, under its lock.
  boolean settled;

  Dependent(LiveJob job, Barrier.Gate gate) {
    this.job = job;
    this.gate = gate;
    this.on = Objects.requireNonNull(job.order.job().spec().gates().dependsOn());
    this.unmet = new LinkedHashSet<>(on.jobs());
  }
}
