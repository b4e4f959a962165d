package dev.manyhands.dispatch;

import dev.manyhands.job.DependsOn;
import dev.manyhands.job.Reason;
import dev.manyhands.job.Refusal;
import dev.manyhands.job.Refused;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/// What a job does that has waited for others: it starts, is fed their values first, or is
/// cancelled; and it lets go of them. Works on the threads of [Errands], one for a job, and may
/// wait there for the store; [#release] returns at once.
final class Passage {
  private final Feed feed;
  private final ResultWriter writer;
  private final Retention retention;

  Passage(Feed feed, ResultWriter writer, Retention retention) {
    this.feed = feed;
    this.writer = writer;
    this.retention = retention;
  }

  void let(Dependent dependent, Dependents.Fate fate) {
    switch (fate) {
      case Dependents.Fate.Passes _ -> pass(dependent);
      case Dependents.Fate.Cancelled cancelled ->
          dependent.gate.cancel(dependent.job, cancelled.why());
    }
  }

  private void pass(Dependent dependent) {
    LiveJob job = dependent.job;
    if (dependent.on.inputs() == DependsOn.Inputs.OWN) {
      release(job);
      dependent.gate.open(job);
      return;
    }
    try {
      Inflow inflow = Objects.requireNonNull(job.inflow);
      feed.feed(dependent.on, job.job().counts().total(), new Addition(inflow));
      dependent.gate.seal(job);
      // Whoever takes the job before that is stored has to seal it again.
      CompletableFuture<Void> _ = job.sealed.thenRun(() -> release(job));
    } catch (Refused refused) {
      if (StoreFaults.passes(refused)) {
        throw refused;
      }
      if (refused.refusal() instanceof Refusal.Away) {
        return; // another node's, or begun anew here
      }
      // The job was cancelled meanwhile, or the values do not fit.
      Reason why = new Reason(Reason.Kind.INPUTS, String.valueOf(refused.getMessage()));
      dependent.gate.cancel(job, why);
    }
  }

  /// The others may be removed from now on.
  void release(LiveJob job) {
    writer.release(
        job.id(),
        job.epoch,
        released -> {
          if (released) {
            retention.wake();
          }
        });
  }
}
