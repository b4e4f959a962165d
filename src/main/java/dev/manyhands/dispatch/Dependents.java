package dev.manyhands.dispatch;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.manyhands.job.DependsOn;
import dev.manyhands.job.Job;
import dev.manyhands.job.JobId;
import dev.manyhands.job.JobState;
import dev.manyhands.job.Reason;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Which jobs wait for which others, and what becomes of each when these have ended. Decides that
/// once for each. Looks nothing up and calls nobody; safe for use by several threads.
final class Dependents {
  /// What becomes of a job that has waited.
  sealed interface Fate {
    /// It need not wait any more.
    record Passes() implements Fate {}

    /// It will not run.
    record Cancelled(Reason why) implements Fate {}
  }

  /// Those that wait, by whom they wait for.
  @GuardedBy("this")
  private final Map<JobId, Set<Dependent>> waiting = new HashMap<>();

  /// It waits from now on, if it is not known what becomes of it.
  synchronized void add(Dependent dependent) {
    if (!dependent.settled) {
      dependent.unmet.forEach(
          other -> waiting.computeIfAbsent(other, _ -> new LinkedHashSet<>()).add(dependent));
    }
  }

  /// One that it waits for has ended.
  ///
  /// @param ended none: it was removed
  /// @return what becomes of it, if that is known by this and was not before
  synchronized Optional<Fate> met(Dependent dependent, JobId other, @Nullable Job ended) {
    dependent.unmet.remove(other);
    forget(dependent, other);
    if (dependent.settled) {
      return Optional.empty();
    }
    boolean failed = ended == null || ended.state() != JobState.SUCCEEDED;
    if (failed && dependent.on.onFailed() == DependsOn.OnFailed.CANCEL) {
      drop(dependent);
      String how = ended == null ? " is gone" : " is " + ended.state().word();
      return Optional.of(new Fate.Cancelled(new Reason(Reason.Kind.DEPENDENCY, other + how)));
    }
    if (dependent.unmet.isEmpty()) {
      drop(dependent);
      return Optional.of(new Fate.Passes());
    }
    return Optional.empty();
  }

  /// It does not wait any more, whatever ends.
  synchronized void drop(Dependent dependent) {
    dependent.settled = true;
    dependent.on.jobs().forEach(other -> forget(dependent, other));
  }

  @GuardedBy("this")
  private void forget(Dependent dependent, JobId other) {
    Set<Dependent> those = waiting.get(other);
    if (those != null && those.remove(dependent) && those.isEmpty()) {
      waiting.remove(other);
    }
  }

  synchronized boolean isAwaited(JobId other) {
    return waiting.containsKey(other);
  }

  /// Those that wait for a job.
  synchronized List<Dependent> of(JobId other) {
    return List.copyOf(waiting.getOrDefault(other, Set.of()));
  }

  /// The jobs that others wait for.
  synchronized List<JobId> awaited() {
    return List.copyOf(waiting.keySet());
  }
}
