package dev.manyhands.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.job.Counts;
import dev.manyhands.job.Function;
import dev.manyhands.job.Job;
import dev.manyhands.job.JobSpec;
import dev.manyhands.job.JobState;
import dev.manyhands.job.JsonLines;
import dev.manyhands.job.Logged;
import dev.manyhands.job.Outcome;
import dev.manyhands.job.Outcomes;
import dev.manyhands.job.ResultBlock;
import dev.manyhands.job.Standing;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RecentJobsTest {
  private static final Job JOB = Jobs.order(6).job();

  private final RecentJobs recent = new RecentJobs();

  @Test
  void completionOrderStartsAtTheBlockThatHoldsThePlace() {
    recent.add(ended(JOB), List.of(ran(4, 2), ran(0, 4)));

    assertThat(recent.byCompletion(JOB.id(), 2, 9).orElseThrow())
        .extracting(Logged::seq)
        .containsExactly(2L);
    assertThat(recent.byCompletion(JOB.id(), 1, 1).orElseThrow())
        .extracting(Logged::seq)
        .containsExactly(0L);
  }

  @Test
  void indexOrderIsRisingAndStartsAtTheBlockThatHoldsTheTask() {
    recent.add(ended(JOB), List.of(ran(4, 2), ran(0, 4)));

    assertThat(recent.byIndex(JOB.id(), 0, 9).orElseThrow())
        .extracting(b -> b.block().first())
        .containsExactly(0, 4);
    assertThat(recent.byIndex(JOB.id(), 4, 9).orElseThrow())
        .extracting(b -> b.block().first())
        .containsExactly(4);
  }

  @Test
  void aLogThatGrewInSeveralCommitsIsThereWhenTheJobHasEnded() {
    recent.add(done(JOB, 2, JobState.RUNNING), List.of(ran(4, 2)));
    assertThat(recent.byIndex(JOB.id(), 0, 9)).isEmpty();
    assertThat(recent.job(JOB.id())).isEmpty();

    recent.add(ended(JOB), List.of(ran(0, 3), ran(3, 1)));

    assertThat(recent.byCompletion(JOB.id(), 0, 9).orElseThrow())
        .extracting(b -> List.of(b.seq(), b.block().first()))
        .containsExactly(List.of(0L, 4), List.of(2L, 0), List.of(5L, 3));
    assertThat(recent.job(JOB.id())).contains(ended(JOB));
  }

  @Test
  void aLogOfWhichAPartIsNotHereIsLeftToTheStore() {
    recent.add(done(JOB, 2, JobState.RUNNING), List.of(ran(4, 2)));
    // Tasks 0 and 1 ended while the job was another node's.
    recent.add(ended(JOB), List.of(ran(2, 2)));

    assertThat(recent.byIndex(JOB.id(), 0, 9)).isEmpty();
    assertThat(recent.job(JOB.id())).isEmpty();
  }

  @Test
  void aLogWithAFailureIsLeftToTheStore() {
    recent.add(done(JOB, 5, JobState.RUNNING), List.of(ran(1, 5)));
    recent.add(
        ended(JOB),
        List.of(new ResultBlock.Ran(1, Jobs.outcomes(0, 1, 1, Map.of(0, Outcome.FAILED)))));

    assertThat(recent.byIndex(JOB.id(), 0, 1)).isEmpty();
  }

  @Test
  void aJobWithAGreatSourceIsLeftToTheStore() {
    Job great = with(JOB, new Function.Python("#".repeat(40_000), "f", null, false));

    recent.add(ended(great), List.of(ran(0, 6)));

    assertThat(recent.job(JOB.id())).isEmpty();
  }

  @Test
  void aJobOfManyBytesIsLeftToTheStore() {
    Job wide = Jobs.order(20).job();
    for (int at = 0; at < 19; at++) {
      recent.add(done(wide, at + 1, JobState.RUNNING), List.of(long30KiB(at)));
    }
    recent.add(ended(wide), List.of(long30KiB(19)));

    assertThat(recent.job(wide.id())).isEmpty();
  }

  @Test
  void theOldestGoWhenOthersNeedTheRoom() {
    recent.add(ended(JOB), List.of(ran(0, 6)));
    for (int i = 0; i < 30; i++) {
      Job next = Jobs.order(10).job();
      for (int at = 0; at < 9; at++) {
        recent.add(done(next, at + 1, JobState.RUNNING), List.of(long30KiB(at)));
      }
      recent.add(ended(next), List.of(long30KiB(9)));
      assertThat(recent.job(next.id())).isPresent();
    }

    assertThat(recent.job(JOB.id())).isEmpty();
  }

  @Test
  void aJobThatIsRemovedIsForgotten() {
    recent.add(ended(JOB), List.of(ran(0, 6)));
    assertThat(recent.job(JOB.id())).contains(ended(JOB));

    recent.forget(JOB.id());

    assertThat(recent.byIndex(JOB.id(), 0, 1)).isEmpty();
    assertThat(recent.job(JOB.id())).isEmpty();
  }

  private static ResultBlock ran(int first, int count) {
    return new ResultBlock.Ran(1, Jobs.outcomes(first, count, 1, Map.of()));
  }

  private static ResultBlock long30KiB(int index) {
    Outcomes none = Jobs.outcomes(index, 1, 1, Map.of());
    return new ResultBlock.Ran(
        1,
        new Outcomes(
            index,
            JsonLines.of("\"" + "x".repeat(30 * 1024) + "\"\n"),
            List.of(),
            none.times(),
            List.of(),
            none.stint()));
  }

  private static Job ended(Job job) {
    return done(job, job.counts().total(), JobState.SUCCEEDED);
  }

  private static Job done(Job job, int tasks, JobState state) {
    Counts counts = new Counts(job.counts().total(), tasks, 0, 0, 0, 0, 0);
    return new Job(job.id(), job.caller(), job.spec(), Standing.of(state), counts, job.timeline());
  }

  private static Job with(Job job, Function function) {
    JobSpec spec = job.spec();
    return new Job(
        job.id(),
        job.caller(),
        new JobSpec(
            function, spec.placement(), spec.care(), spec.gates(), spec.keeping(), spec.labels()),
        job.standing(),
        job.counts(),
        job.timeline());
  }
}
