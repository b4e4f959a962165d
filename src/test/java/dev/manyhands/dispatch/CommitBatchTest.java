package dev.manyhands.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.job.JobId;
import dev.manyhands.job.JobState;
import dev.manyhands.job.Outcome;
import dev.manyhands.job.ResultBlock;
import dev.manyhands.job.Standing;
import dev.manyhands.job.Timeline;
import dev.manyhands.store.Change;
import java.util.List;
import org.junit.jupiter.api.Test;

class CommitBatchTest {
  private static final JobId A = new JobId("job_" + "0".repeat(26));
  private static final JobId B = new JobId("job_" + "0".repeat(25) + "1");

  @Test
  void appendsOfAJobBecomeOneWithTheNewestState() {
    CommitBatch batch =
        new CommitBatch(
            List.of(
                append(A, 0, JobState.RUNNING),
                append(B, 0, JobState.RUNNING),
                append(A, 1, JobState.CANCELLED)));

    assertThat(batch.changes())
        .containsExactly(
            new Change.Append(
                A,
                1,
                List.of(block(0), block(1)),
                Standing.of(JobState.CANCELLED),
                Timeline.created(Jobs.NOON)),
            append(B, 0, JobState.RUNNING));
  }

  @Test
  void everyChangeThatCameHearsItsEffect() {
    CommitBatch batch =
        new CommitBatch(
            List.of(
                append(A, 0, JobState.RUNNING),
                new Change.Discard(B),
                append(A, 1, JobState.RUNNING)));

    assertThat(batch.effects(List.of(true, false))).containsExactly(true, false, true);
  }

  /// Results that were kept while the job was given up would else pass as those of its new epoch.
  @Test
  void appendsOfTwoEpochsStayApart() {
    Change.Append old = append(A, 0, JobState.RUNNING);
    Change.Append anew =
        new Change.Append(A, 2, old.blocks(), Standing.of(JobState.RUNNING), old.timeline());

    CommitBatch batch = new CommitBatch(List.of(old, old, anew, anew));

    assertThat(batch.changes())
        .extracting(change -> ((Change.Append) change).epoch())
        .containsExactly(1L, 2L);
    assertThat(batch.effects(List.of(false, true))).containsExactly(false, false, true, true);
  }

  private static Change.Append append(JobId job, int index, JobState state) {
    return new Change.Append(
        job, 1, List.of(block(index)), Standing.of(state), Timeline.created(Jobs.NOON));
  }

  private static ResultBlock block(int index) {
    return new ResultBlock.Unrun(index, 1, Outcome.CANCELLED);
  }
}
