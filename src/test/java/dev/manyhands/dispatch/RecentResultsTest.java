package dev.manyhands.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.job.JobId;
import dev.manyhands.job.Logged;
import dev.manyhands.job.Outcome;
import dev.manyhands.job.ResultBlock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RecentResultsTest {
  private static final JobId JOB = new JobId("job_" + "0".repeat(26));

  private final RecentResults recent = new RecentResults();

  @Test
  void completionOrderStartsAtTheBlockThatHoldsThePlace() {
    recent.offer(JOB, List.of(ran(4, 2), ran(0, 4)));

    assertThat(recent.byCompletion(JOB, 2, 9).orElseThrow())
        .extracting(Logged::seq)
        .containsExactly(2L);
    assertThat(recent.byCompletion(JOB, 1, 1).orElseThrow())
        .extracting(Logged::seq)
        .containsExactly(0L);
  }

  @Test
  void indexOrderIsRisingAndStartsAtTheBlockThatHoldsTheTask() {
    recent.offer(JOB, List.of(ran(4, 2), ran(0, 4)));

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
        JOB, List.of(new ResultBlock.Ran(1, Jobs.outcomes(0, 1, 1, Map.of(0, Outcome.FAILED)))));

    assertThat(recent.byIndex(JOB, 0, 1)).isEmpty();
  }

  @Test
  void aJobThatIsRemovedIsForgotten() {
    recent.offer(JOB, List.of(ran(0, 1)));
    recent.forget(JOB);

    assertThat(recent.byIndex(JOB, 0, 1)).isEmpty();
  }

  private static ResultBlock ran(int first, int count) {
    return new ResultBlock.Ran(1, Jobs.outcomes(first, count, 1, Map.of()));
  }
}
