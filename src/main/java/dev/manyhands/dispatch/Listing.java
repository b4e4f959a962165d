package dev.manyhands.dispatch;

import dev.manyhands.job.CustomId;
import dev.manyhands.job.Ending;
import dev.manyhands.job.Job;
import dev.manyhands.job.JobFilter;
import dev.manyhands.job.JobId;
import dev.manyhands.job.Outcome;
import dev.manyhands.store.JobStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The lists of jobs and of their tasks. Every method may be called by any thread and waits for the
/// store.
public final class Listing {
  private final JobStore store;
  private final Running running;
  private final TaskNames names;

  Listing(JobStore store, Running running) {
    this.store = store;
    this.running = running;
    this.names = new TaskNames(store);
  }

  /// Jobs as they stand, newest first.
  ///
  /// @param before only those created before this one
  /// @param limit 1 or more
  public List<Job> jobs(JobFilter filter, @Nullable JobId before, int limit) {
    List<Job> found = new ArrayList<>();
    JobId from = before;
    boolean more = true;
    while (more && found.size() < limit) {
      int wanted = limit - found.size();
      List<Job> stored = store.jobs(filter, from, wanted);
      more = stored.size() == wanted;
      for (Job job : stored) {
        asItStands(job).filter(now -> filter.allows(now.state())).ifPresent(found::add);
        from = job.id();
      }
    }
    return found;
  }

  /// None if it was removed meanwhile.
  private Optional<Job> asItStands(Job stored) {
    if (stored.state().isTerminal()) {
      return Optional.of(stored);
    }
    LiveJob live = running.get(stored.id());
    // One that is not live has ended since it was read.
    return live == null ? store.job(stored.id()) : Optional.of(live.job());
  }

  /// The custom ids of the job's tasks; to be used by one thread at a time.
  public Names names(Job job) {
    return job.spec().work().named() ? names.of(job.id()) : Names.NONE;
  }

  /// The index of the task that its client named so.
  public OptionalInt taskNamed(Job job, CustomId customId) {
    return job.spec().work().named() ? store.taskNamed(job.id(), customId) : OptionalInt.empty();
  }

  /// How tasks ended, in order of index, from the block that holds task `index` on; see
  /// [JobStore#endings].
  public List<Ending> endings(JobId id, int index, Set<Outcome> outcomes, int limit) {
    return store.endings(id, index, outcomes, limit);
  }
}
