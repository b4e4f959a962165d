package dev.manyhands.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.job.Function;
import dev.manyhands.job.Job;
import dev.manyhands.job.JobId;
import dev.manyhands.job.JobSpec;
import dev.manyhands.job.Logged;
import dev.manyhands.job.Outcome;
import dev.manyhands.job.ResultBlock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RecentJobsTest {
  private static final Job ENDED = Jobs.order(6).job();
  private static final JobId JOB = ENDED.id();

  private final RecentJobs recent = new RecentJobs();

  @Test
  void completionOrderStartsAtTheBlockThatHoldsThePlace() {
    recent.offer(ENDED, List.of(ran(4, 2), ran(0, 4)));

    assertThat(recent.byCompletion(JOB, 2, 9).orElseThrow())
        .extracting(Logged::seq)
        .containsExactly(2L);
    assertThat(recent.byCompletion(JOB, 1, 1).orElseThrow())
        .extracting(Logged::seq)
        .containsExactly(0L);
  }

  @Test
  void indexOrderIsRisingAndStartsAtTheBlockThatHoldsTheTask() {
    recent.offer(ENDED, List.of(ran(4, 2), ran(0, 4)));

    assertThat(recent.byIndex(JOB, 0, 9).orElseThrow())
        .extracting(b -> b.block().first())
        .containsExactly(0, 4);
    assertThat(recent.byIndex(JOB, 4, 9).orElseThrow())
        .extracting(b -> b.block().first())
        .containsExactly(4);
  }

  @Test
  void aLogWithAFailureIsLeftToTheStore() {
    recent.offer(
        ENDED, List.of(new ResultBlock.Ran(1, Jobs.outcomes(0, 1, 1, Map.of(0, Outcome.FAILED)))));

    assertThat(recent.byIndex(JOB, 0, 1)).isEmpty();
  }

  @Test
  void aJobWithAGreatSourceIsLeftToTheStore() {
    JobSpec spec = ENDED.spec();
    Job great =
        new Job(
            JOB,
            ENDED.caller(),
            new JobSpec(
                new Function.Python("#".repeat(40_000), "f", null, false),
                spec.placement(),
                spec.care(),
                spec.gates(),
                spec.keeping(),
                spec.labels()),
            ENDED.standing(),
            ENDED.counts(),
            ENDED.timeline());

    recent.offer(great, List.of(ran(0, 1)));

    assertThat(recent.job(JOB)).isEmpty();
  }

  @Test
  void aJobThatIsRemovedIsForgotten() {
    recent.offer(ENDED, List.of(ran(0, 1)));
    assertThat(recent.job(JOB)).contains(ENDED);

    recent.forget(JOB);

    assertThat(recent.byIndex(JOB, 0, 1)).isEmpty();
    assertThat(recent.job(JOB)).isEmpty();
  }

  private static ResultBlock ran(int first, int count) {
    return new ResultBlock.Ran(1, Jobs.outcomes(first, count, 1, Map.of()));
  }
}
