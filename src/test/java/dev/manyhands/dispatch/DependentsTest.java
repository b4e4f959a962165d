package dev.manyhands.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.job.DependsOn;
import dev.manyhands.job.Job;
import dev.manyhands.job.JobState;
import dev.manyhands.job.Reason;
import dev.manyhands.job.Standing;
import java.util.List;
import org.junit.jupiter.api.Test;

class DependentsTest {
  private final Dependents dependents = new Dependents();
  private final Job first = ended(JobState.SUCCEEDED);
  private final Job second = ended(JobState.SUCCEEDED);
  private final Job failed = ended(JobState.FAILED);

  private static Job ended(JobState how) {
    Job job = Jobs.order(1).job();
    return new Job(
        job.id(), job.caller(), job.spec(), Standing.of(how), job.counts(), job.timeline());
  }

  private Dependent waiting(DependsOn.OnFailed onFailed, Job... others) {
    List<Job> all = List.of(others);
    DependsOn on =
        new DependsOn(all.stream().map(Job::id).toList(), DependsOn.Inputs.OWN, onFailed);
    LiveJob job =
        new LiveJob(
            Jobs.depending(Jobs.order(1), on), 1, null, false, new TailRoom(TailRoom.MAX_BYTES));
    Dependent waiting = new Dependent(job, NoGate.INSTANCE);
    dependents.add(waiting);
    return waiting;
  }

  /// Who decides tells nobody.
  private enum NoGate implements Barrier.Gate {
    INSTANCE;

    @Override
    public void open(LiveJob job) {
      throw new IllegalStateException("called out: open");
    }

    @Override
    public void seal(LiveJob job) {
      throw new IllegalStateException("called out: seal");
    }

    @Override
    public void cancel(LiveJob job, Reason why) {
      throw new IllegalStateException("called out: cancel");
    }
  }

  @Test
  void aJobPassesOnceWhenTheLastHasEnded() {
    Dependent waiting = waiting(DependsOn.OnFailed.CANCEL, first, second);

    assertThat(dependents.met(waiting, first.id(), first)).isEmpty();
    assertThat(dependents.met(waiting, first.id(), first)).as("told twice").isEmpty();
    assertThat(dependents.met(waiting, second.id(), second)).contains(new Dependents.Fate.Passes());
    assertThat(dependents.met(waiting, second.id(), second)).isEmpty();
    assertThat(dependents.awaited()).isEmpty();
  }

  @Test
  void theFirstThatFailedCancels() {
    Dependent waiting = waiting(DependsOn.OnFailed.CANCEL, first, failed);

    assertThat(dependents.met(waiting, failed.id(), failed))
        .contains(
            new Dependents.Fate.Cancelled(
                new Reason(Reason.Kind.DEPENDENCY, failed.id() + " is failed")));
    assertThat(dependents.met(waiting, first.id(), null)).isEmpty();
    assertThat(dependents.isAwaited(first.id())).isFalse();
  }

  @Test
  void whoRunsAllTheSamePassesThoughOneIsGone() {
    Dependent waiting = waiting(DependsOn.OnFailed.RUN, first, failed);

    assertThat(dependents.met(waiting, first.id(), null)).isEmpty();
    assertThat(dependents.met(waiting, failed.id(), failed)).contains(new Dependents.Fate.Passes());
  }

  @Test
  void whoIsDroppedNeitherPassesNorWaits() {
    Dependent dropped = waiting(DependsOn.OnFailed.CANCEL, first);
    Dependent other = waiting(DependsOn.OnFailed.CANCEL, first);
    dependents.drop(dropped);
    dependents.add(dropped);

    assertThat(dependents.of(first.id())).containsExactly(other);
    assertThat(dependents.met(dropped, first.id(), first)).isEmpty();
  }
}
