package dev.manyhands.dispatch;

import dev.manyhands.job.JobId;
import dev.manyhands.job.Reason;
import dev.manyhands.store.JobStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Where jobs wait for the end of others (`dependsOn`). When all have ended, the job starts; if it
/// takes their values as its inputs, these are fed to it first. All that it has to do is told by
/// the store again after a restart: who needs whom, how the others ended, what was fed.
///
/// ```
/// await -> Dependents (who waits for whom) <- Endings (as the store tells) -> Passage -> Gate
/// ```
///
/// Threads that end or accept a job only hand over to [Errands] here, which may wait for the store.
/// Safe for use by several threads.
final class Barrier implements AutoCloseable {
  /// What becomes of a job here, if it is still this very one: its node may have lost it, and begun
  /// it anew.
  interface Gate {
    /// It starts.
    void open(LiveJob job);

    /// It has all of its inputs.
    void seal(LiveJob job);

    /// It will not run.
    void cancel(LiveJob job, Reason why);
  }

  private final JobStore store;
  private final LiveJobs live;
  private final Dependents dependents = new Dependents();
  private final Errands errands;
  private final Passage passage;
  private final Endings endings;

  Barrier(JobStore store, LiveJobs live, ResultWriter writer, Retention retention, Feed feed) {
    this.store = store;
    this.live = live;
    this.errands = new Errands(live, "its dependencies");
    this.passage = new Passage(feed, writer, retention);
    this.endings = new Endings(store, live, dependents, passage, errands);
  }

  /// A live job that depends on others waits here, if it has not passed before.
  void await(LiveJob job, Gate gate) {
    Dependent dependent = new Dependent(job, gate);
    errands.send(job, () -> begin(dependent));
  }

  private void begin(Dependent dependent) {
    LiveJob job = dependent.job;
    if (!store.needsOthers(job.id())) {
      dependent.gate.open(job);
      return;
    }
    dependents.add(dependent);
    whenDone(
        job.end,
        ended -> {
          // A service that stops ends the waiting for a job, not the job.
          if (ended == null) {
            dependents.drop(dependent); // another node's, where it waits from now on; or taken back
          } else if (ended.state().isTerminal()) {
            dependents.drop(dependent);
            passage.release(job);
          }
        });
    List<JobId> elsewhere = new ArrayList<>();
    for (JobId other : dependent.on.jobs()) {
      LiveJob running = live.find(other);
      if (running == null) {
        // It has ended; or another node has it, or no pool runs it before another start.
        elsewhere.add(other);
      } else {
        whenDone(running.end, _ -> errands.send(job, () -> endings.look(dependent, other)));
      }
    }
    errands.take(job, () -> endings.look(dependent, elsewhere));
  }

  /// @param then gets nothing if the future fails
  private static <T> void whenDone(CompletableFuture<T> future, Consumer<@Nullable T> then) {
    CompletableFuture<T> _ = future.whenComplete((done, _) -> then.accept(done));
  }

  /// A job has ended that was not live here.
  void endedElsewhere(JobId other) {
    endings.endedElsewhere(other);
  }

  /// Of the end of a job elsewhere, somebody may not have heard.
  void lookAgain() {
    endings.lookAgain();
  }

  /// Which of these jobs is not there.
  ///
  /// @return its place, or -1
  int missing(List<JobId> jobs) {
    for (int i = 0; i < jobs.size(); i++) {
      if (live.get(jobs.get(i)) == null && store.job(jobs.get(i)).isEmpty()) {
        return i;
      }
    }
    return -1;
  }

  /// Lets nobody pass any more; who is being fed goes on after the next start.
  @Override
  public void close() {
    errands.close();
  }
}
