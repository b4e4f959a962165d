package dev.manyhands.store;

import static dev.manyhands.store.Samples.inputs;
import static dev.manyhands.store.Samples.job;
import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.job.Job;
import dev.manyhands.job.JobState;
import dev.manyhands.job.Standing;
import dev.manyhands.testkit.Containers;
import dev.manyhands.testkit.Wait;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// A node whose lease has run out, and does not know it yet, accepts a job while another gives up
/// what it had not finished: one of them has its way, with all inputs or none. Here a transaction
/// that is held open does what the faster of the two does.
@ExtendWith(Containers.class)
class GivenUpMeanwhileTest {
  private final TestSchema schema = TestSchema.fresh();
  private final PostgresJobStore store = schema.open();
  private final Connection faster = connect();

  private Connection connect() {
    try {
      return schema.connect();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @BeforeEach
  void begin() throws SQLException {
    faster.setAutoCommit(false);
  }

  @AfterEach
  void close() throws SQLException {
    faster.close();
    store.close();
  }

  private void faster(String sql) throws SQLException {
    try (var statement = faster.createStatement()) {
      statement.execute(sql);
    }
  }

  /// Does something on the store's connection that comes too late, and waits for its turn.
  private <T> CompletableFuture<T> late(Supplier<T> work) {
    CompletableFuture<T> done = CompletableFuture.supplyAsync(work, Thread.ofPlatform()::start);
    Wait.untilSeen(
        "it waits for the one that was faster",
        () ->
            schema.ask(
                    "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                        + " AND application_name LIKE 'manyhands-writer%'")
                > 0);
    return done;
  }

  @Test
  void aJobWhoseStagedInputsAreGoneIsNotAccepted() throws Exception {
    Job job = job(2);
    store.commit(List.of(new Change.Stage(job.id(), List.of(inputs(0, 1)))));

    faster("DELETE FROM staged");
    faster("DELETE FROM input_blocks");
    CompletableFuture<List<Boolean>> accepted =
        late(() -> store.commit(List.of(new Change.Accept(job, List.of(inputs(1, 1))))));
    faster.commit();

    assertThat(accepted.get()).containsExactly(false);
    assertThat(store.job(job.id())).isEmpty();
  }

  @Test
  void theInputsOfAJobThatIsAcceptedAreNotGivenUp() throws Exception {
    Job job = job(2);
    store.commit(List.of(new Change.Stage(job.id(), List.of(inputs(0, 2)))));

    faster("SELECT inputs FROM staged FOR UPDATE");
    CompletableFuture<List<Claimed>> claimed = late(store::claimUnfinished);
    faster("DELETE FROM staged");
    faster.commit();
    claimed.get();
    store.awaitHousekeeping();

    assertThat(schema.ask("SELECT count(*) FROM leftovers")).isZero();
    assertThat(schema.ask("SELECT count(*) FROM input_blocks")).isOne();
  }

  @Test
  void norThoseOfOneThatIsSealed() throws Exception {
    Job job = job(2);
    Job receiving =
        new Job(
            job.id(),
            job.caller(),
            job.spec(),
            Standing.of(JobState.RECEIVING),
            job.counts(),
            job.timeline());
    store.commit(List.of(new Change.Accept(receiving, List.of(inputs(0, 2)))));

    faster("UPDATE jobs SET state = 'queued'");
    CompletableFuture<List<Claimed>> claimed = late(store::claimUnfinished);
    faster.commit();

    assertThat(claimed.get()).extracting(one -> one.job().id()).containsExactly(job.id());
    store.awaitHousekeeping();
    assertThat(store.inputs(job.id(), 0)).isPresent();
  }
}
