package dev.manyhands.dispatch;

import dev.manyhands.job.InputBlock;
import dev.manyhands.job.Job;
import dev.manyhands.job.JobId;
import dev.manyhands.job.Refused;
import dev.manyhands.store.Change;
import dev.manyhands.store.JobStore;
import java.util.List;

/// How a job with named limits comes to the node that has the limits: its inputs through the store
/// that both share, the rest of it as a message. Every rule is checked by the node that gets it.
final class Handover {
  private final Commits commits;
  private final JobStore store;
  private final LimitsNode limits;

  Handover(Commits commits, JobStore store, LimitsNode limits) {
    this.commits = commits;
    this.store = store;
    this.limits = limits;
  }

  boolean isNeededFor(Submitted submitted) {
    return !submitted.spec().gates().limits().isEmpty() && !limits.isHere();
  }

  /// Hands the job over.
  ///
  /// @param last blocks that are not staged
  /// @throws Refused if it is not accepted; nothing of it is kept then
  Job give(JobId id, Submitted submitted, List<InputBlock> last, Starts inputs) {
    boolean given = false;
    try {
      if (!last.isEmpty()) {
        long bytes = last.stream().mapToLong(InputBlock::bytes).sum();
        commits.write(new Change.Stage(id, last), bytes, () -> {});
      }
      limits.accept(inputs.staged(id, submitted));
      given = true;
      return store
          .job(id)
          .orElseThrow(() -> new IllegalStateException("handed over, and removed since: " + id));
    } finally {
      if (!given) {
        commits.write(new Change.Discard(id), 0, () -> {});
      }
    }
  }
}
