package dev.manyhands.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.job.Job;
import dev.manyhands.job.JobState;
import dev.manyhands.testkit.Containers;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Containers.class)
class PostgresOutboxTest extends OutboxContract {
  private final TestSchema schema = TestSchema.fresh();

  @Override
  SqlJobStore database() {
    return schema.open();
  }

  @Test
  void aNodeTellsOfItsOwnJobsAndOfThoseThatItTookOver() {
    Job job = heard("job.ended");
    try (PostgresJobStore other = schema.open()) {
      try (PostgresJobStore one = schema.open()) {
        one.commit(
            List.of(
                Samples.accept(job),
                Samples.ended(job.id(), 1, JobState.SUCCEEDED, Samples.ran(0, 2))));

        assertThat(one.outbox().due(LATER, 10)).hasSize(1);
        assertThat(other.outbox().due(LATER, 10)).isEmpty();
        assertThat(other.outbox().dueAfter(Samples.CREATED)).isEmpty();
      }
      other.claimUnfinished();

      assertThat(other.outbox().due(LATER, 10)).hasSize(1);
    }
  }
}
