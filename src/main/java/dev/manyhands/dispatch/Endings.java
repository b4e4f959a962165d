package dev.manyhands.dispatch;

import dev.manyhands.job.Job;
import dev.manyhands.job.JobId;
import dev.manyhands.store.JobStore;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// How the jobs have ended that others wait for, as the store tells: what has ended is stored
/// before anybody hears of it. Reads the store on the threads of [Errands] alone; safe for use by
/// several.
final class Endings {
  private final JobStore store;
  private final LiveJobs live;
  private final Dependents dependents;
  private final Passage passage;
  private final Errands errands;

  /// One look at what has ended elsewhere at a time.
  private final AtomicBoolean looking = new AtomicBoolean();

  Endings(JobStore store, LiveJobs live, Dependents dependents, Passage passage, Errands errands) {
    this.store = store;
    this.live = live;
    this.dependents = dependents;
    this.passage = passage;
    this.errands = errands;
  }

  /// Tells a job of those that have ended.
  void look(Dependent dependent, List<JobId> others) {
    Set<JobId> go = store.unfinished(others);
    others.stream().filter(other -> !go.contains(other)).forEach(other -> look(dependent, other));
  }

  /// The same of one.
  void look(Dependent dependent, JobId other) {
    Job stored = store.job(other).orElse(null);
    if (hasEnded(stored)) {
      tell(dependent, other, stored);
    }
  }

  /// A job has ended that was not live here, if any job waits for it.
  void endedElsewhere(JobId other) {
    if (dependents.isAwaited(other)) {
      errands.sendOnce(() -> tellAll(other));
    }
  }

  /// Of the end of a job elsewhere, somebody may not have heard. Does nothing while the look before
  /// this one goes on.
  void lookAgain() {
    List<JobId> others =
        dependents.awaited().stream().filter(other -> live.get(other) == null).toList();
    if (!others.isEmpty() && looking.compareAndSet(false, true)) {
      errands.sendOnce(() -> {
        try {
          Set<JobId> go = store.unfinished(others);
          others.stream().filter(other -> !go.contains(other)).forEach(this::tellAll);
        } finally {
          looking.set(false);
        }
      });
    }
  }

  private void tellAll(JobId other) {
    Job stored = store.job(other).orElse(null);
    if (hasEnded(stored)) {
      dependents.of(other).forEach(dependent -> tell(dependent, other, stored));
    }
  }

  /// @param stored none: it was removed
  private static boolean hasEnded(@Nullable Job stored) {
    return stored == null || stored.state().isTerminal();
  }

  private void tell(Dependent dependent, JobId other, @Nullable Job ended) {
    // A step of its own: what was decided is not decided again when what follows fails.
    dependents
        .met(dependent, other, ended)
        .ifPresent(fate -> errands.take(dependent.job, () -> passage.let(dependent, fate)));
  }
}
