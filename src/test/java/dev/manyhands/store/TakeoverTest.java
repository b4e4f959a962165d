package dev.manyhands.store;

import static dev.manyhands.store.Samples.accept;
import static dev.manyhands.store.Samples.inputs;
import static dev.manyhands.store.Samples.job;
import static dev.manyhands.store.Samples.ran;
import static dev.manyhands.store.Samples.running;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.manyhands.job.Job;
import dev.manyhands.job.JobId;
import dev.manyhands.testkit.Containers;
import dev.manyhands.testkit.Wait;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// What comes in the way of who takes over the jobs of a node that is gone: each job that was
/// acknowledged goes on at one node, once.
@ExtendWith(Containers.class)
class TakeoverTest {
  private final TestNodes nodes = new TestNodes();
  private final TestSchema schema = nodes.schema;

  @AfterEach
  void close() {
    nodes.close();
  }

  /// Does once, just before the statement, what another node does that moment: it has done it, or
  /// waits for the one whose statement it is.
  private final class Meanwhile implements TestNodes.InTransaction {
    private final String statement;
    private final AtomicReference<@Nullable Runnable> work = new AtomicReference<>();
    private final CompletableFuture<CompletableFuture<Boolean>> begun = new CompletableFuture<>();

    Meanwhile(String statement) {
      this.statement = statement;
    }

    void begin(Runnable once) {
      work.set(once);
    }

    @Override
    public void statement(String sql) {
      Runnable once = sql.equals(statement) ? work.getAndSet(null) : null;
      if (once != null) {
        CompletableFuture<Boolean> run = run(once);
        begun.complete(run);
        Wait.untilSeen(
            "it has done so, or waits",
            () ->
                run.isDone()
                    || schema.ask(
                            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                                + " AND application_name LIKE 'manyhands-writer%'")
                        > 0);
      }
    }

    private static CompletableFuture<Boolean> run(Runnable once) {
      return CompletableFuture.supplyAsync(() -> {
        once.run();
        return true;
      });
    }

    /// @return false if it was refused
    boolean isDone() {
      Wait.untilSeen("it has had its turn", () -> begun.isDone() && begun.join().isDone());
      try {
        return begun.join().join();
      } catch (CompletionException e) {
        assertThat(e).hasCauseInstanceOf(StoreUnavailable.class);
        return false;
      }
    }
  }

  /// It stood still, and does not know that it is gone.
  @Test
  void whatIsAcceptedWhileItsNodeIsTakenOverGoesOnOrIsRefused() {
    PostgresJobStore gone = nodes.open();
    Meanwhile meanwhile = new Meanwhile(Claims.NEXT_EPOCH);
    PostgresJobStore heir = nodes.open(meanwhile);
    Job first = job(1);
    Job second = job(1);
    gone.commit(List.of(accept(first)));
    meanwhile.begin(() -> gone.commit(List.of(accept(second))));
    Told told = new Told(schema);
    heir.watch(told);

    nodes.runOut(gone);
    told.awaitTaken(first.id());

    if (meanwhile.isDone()) {
      told.awaitTaken(second.id());
    } else {
      assertThat(heir.job(second.id())).isEmpty();
    }
  }

  @Test
  void whatIsStagedWhileItsNodeIsTakenOverIsGivenUpOrRefused() {
    PostgresJobStore gone = nodes.open();
    Meanwhile meanwhile = new Meanwhile(Claims.UNSTAGE);
    PostgresJobStore heir = nodes.open(meanwhile);
    Job first = job(1);
    Job second = job(2);
    gone.commit(List.of(accept(first)));
    meanwhile.begin(
        () -> gone.commit(List.of(new Change.Stage(second.id(), List.of(inputs(0, 1))))));
    Told told = new Told(schema);
    heir.watch(told);

    nodes.runOut(gone);
    told.awaitTaken(first.id());

    boolean staged = meanwhile.isDone();
    Wait.untilSeen(
        "nothing of it is left, staged or not: " + staged,
        () ->
            schema.ask(
                        "SELECT count(*) FROM input_blocks WHERE job_id = '"
                            + second.id().text()
                            + "'")
                    == 0
                || schema.looked());
  }

  @Test
  void aNodeThatWasGivenUpTakesNothingOn() {
    PostgresJobStore gone = nodes.open();
    PostgresJobStore heir = nodes.open();
    Job first = job(1);
    gone.commit(List.of(accept(first)));
    Told told = new Told(schema);
    heir.watch(told);
    nodes.runOut(gone);
    told.awaitTaken(first.id());

    Job late = job(1);
    assertThatThrownBy(() -> gone.commit(List.of(accept(late))))
        .isInstanceOf(StoreUnavailable.class)
        .hasMessageContaining("has lost its lease");
    assertThat(heir.job(late.id())).isEmpty();
  }

  /// Say, by a version that does not know what a later one has stored.
  @Test
  void aJobThatCannotBeReadHoldsNoOtherUp() {
    PostgresJobStore gone = nodes.open();
    List<Job> jobs = List.of(job(1), job(1), job(1));
    jobs.forEach(job -> gone.commit(List.of(accept(job))));
    spoil(jobs.getFirst().id());
    Told told = new Told(schema);
    PostgresJobStore heir = nodes.open();
    heir.watch(told);

    nodes.runOut(gone);
    told.awaitTaken(jobs.get(1).id());
    told.awaitTaken(jobs.get(2).id());

    assertThat(told.has(jobs.getFirst().id())).isFalse();
    mend(jobs.getFirst().id());
    told.awaitTaken(jobs.getFirst().id());
  }

  @Test
  void norTheStartOfANode() {
    PostgresJobStore gone = nodes.open();
    List<Job> jobs = List.of(job(1), job(1), job(1));
    jobs.forEach(job -> gone.commit(List.of(accept(job))));
    spoil(jobs.getFirst().id());
    nodes.runOut(gone);
    PostgresJobStore heir = nodes.open();

    assertThat(heir.claimUnfinished())
        .extracting(claimed -> claimed.job().id())
        .containsExactly(jobs.get(1).id(), jobs.get(2).id());

    mend(jobs.getFirst().id());
    Told told = new Told(schema);
    heir.watch(told);
    told.awaitTaken(jobs.getFirst().id());
    assertThat(told.taken).extracting(Claimed::epoch).containsExactly(2L);
  }

  private void spoil(JobId job) {
    schema.run("CREATE TABLE sound AS SELECT * FROM job_specs");
    schema.run("UPDATE job_specs SET spec = '{}' WHERE job_id = '" + job.text() + "'");
  }

  private void mend(JobId job) {
    schema.run(
        "UPDATE job_specs SET spec = sound.spec FROM sound"
            + " WHERE sound.job_id = job_specs.job_id AND sound.job_id = '"
            + job.text()
            + "'");
  }

  @Test
  void whoIsAboutToLeaveTakesNothingOver() {
    AtomicInteger renewals = new AtomicInteger();
    CommitFault counted =
        new CommitFault() {
          @Override
          public void after(String write) {
            if (write.equals(Writes.RENEW)) {
              renewals.incrementAndGet();
            }
          }
        };
    PostgresJobStore leaving = nodes.open(counted);
    leaving.watch(
        new Told(schema) {
          @Override
          public boolean isClosed() {
            return true;
          }
        });
    PostgresJobStore gone = nodes.open();
    Job job = job(1);
    gone.commit(List.of(accept(job)));
    nodes.runOut(gone);
    int before = renewals.get();
    Wait.untilSeen(
        "it has looked for those that are gone",
        () -> renewals.get() > before + 3 || schema.looked());

    Told told = new Told(schema);
    nodes.open().watch(told);

    told.awaitTaken(job.id());
  }

  /// Nobody knows which of them go on, or have something to be stored.
  @Test
  void whatMayGoOnAlreadyIsToldOfAgainAtTheNextEpoch() {
    Told told =
        new Told(schema) {
          @Override
          public List<Claimed> taken(List<Claimed> jobs) {
            super.taken(jobs);
            if (jobs.getFirst().epoch() == 2) {
              throw new IllegalStateException("by a test, after it took them");
            }
            return List.of();
          }
        };
    PostgresJobStore gone = nodes.open();
    Job job = job(1);
    gone.commit(List.of(accept(job)));
    PostgresJobStore heir = nodes.open();
    heir.watch(told);

    nodes.runOut(gone);

    Wait.untilSeen("it is told of again", () -> told.taken.size() > 1 || schema.looked());
    assertThat(told.taken).extracting(Claimed::epoch).containsExactly(2L, 3L);
  }

  /// Its lease runs out between two looks of an heir, and its renewal is under way.
  @Test
  void whoRenewsItsLeaseThisMomentKeepsItsJobs() throws Exception {
    PostgresJobStore slow = nodes.open();
    Job job = job(1);
    slow.commit(List.of(accept(job)));
    PostgresJobStore gone = nodes.open();
    Job other = job(1);
    gone.commit(List.of(accept(other)));
    String ofSlow = " WHERE id = '" + slow.nodes().self() + "'";
    Told told = new Told(schema);
    try (Connection renewal = schema.connect()) {
      renewal.setAutoCommit(false);
      Meanwhile meanwhile = new Meanwhile(NodeRows.FORGOTTEN);
      meanwhile.begin(() -> {
        schema.run("UPDATE nodes SET lease_until = clock_timestamp()" + ofSlow);
        try (Statement statement = renewal.createStatement()) {
          statement.execute(
              "UPDATE nodes SET lease_until = clock_timestamp() + INTERVAL '1 hour'" + ofSlow);
        } catch (SQLException e) {
          throw new IllegalStateException(e);
        }
      });
      nodes.open(meanwhile).watch(told);

      nodes.runOut(gone);
      told.awaitTaken(other.id());
      assertThat(meanwhile.isDone()).isTrue();
      renewal.commit();
    }

    assertThat(slow.commit(List.of(running(job.id(), 1, ran(0, 1))))).containsExactly(true);
  }
}
