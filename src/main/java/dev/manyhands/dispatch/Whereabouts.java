package dev.manyhands.dispatch;

import dev.manyhands.job.JobId;

/// Which jobs run on this node.
public final class Whereabouts {
  private final Running running;

  Whereabouts(Running running) {
    this.running = running;
  }

  /// Whether the job runs here: nobody knows better how it stands.
  public boolean isHere(JobId id) {
    return running.get(id) != null;
  }
}
