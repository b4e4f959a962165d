package dev.manyhands.store;

import static dev.manyhands.store.Samples.accept;
import static dev.manyhands.store.Samples.ended;
import static dev.manyhands.store.Samples.inputs;
import static dev.manyhands.store.Samples.job;
import static dev.manyhands.store.Samples.ran;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.manyhands.job.IdempotencyKey;
import dev.manyhands.job.Job;
import dev.manyhands.job.JobFilter;
import dev.manyhands.job.JobId;
import dev.manyhands.job.JobState;
import dev.manyhands.job.Limit;
import dev.manyhands.job.Reason;
import dev.manyhands.job.ResultBlock;
import dev.manyhands.job.Standing;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Commits that are reported as failed, having taken place or not, and whose changes follow one
/// another in a way that the later take away what shows the earlier.
class ReportedFailureTest {
  private static final String AFTER = "after";
  private static final String BEFORE = "before";

  @TempDir Path temporary;

  /// Where the next commit is reported as failed; empty: nowhere.
  private String fails = "";

  private JobStore store;

  @BeforeEach
  void open() {
    CommitFault fault =
        new CommitFault() {
          @Override
          public void before(String write) throws SQLException {
            failAt(BEFORE);
          }

          @Override
          public void after(String write) throws SQLException {
            failAt(AFTER);
          }
        };
    store =
        SqliteJobStore.open(
            temporary.resolve("data"),
            StoreSettings.LARGE_VALUE_BYTES,
            file -> new FaultyDatabase(file, fault));
  }

  @AfterEach
  void close() {
    store.close();
  }

  private void failAt(String place) throws SQLException {
    if (fails.equals(place)) {
      fails = "";
      throw new SQLException("timed out " + place + " the commit");
    }
  }

  private List<Boolean> commit(Change... changes) {
    List<Change> all = List.of(changes);
    Writes.committing(all);
    return store.commit(all);
  }

  private List<Boolean> commitFailing(String place, Change... changes) {
    fails = place;
    return commit(changes);
  }

  private Job receiving() {
    Job job = in(JobState.RECEIVING, job(2));
    commit(new Change.Accept(job, List.of(inputs(0, 2)), false, null));
    return job;
  }

  private static Job in(JobState state, Job job) {
    return new Job(
        job.id(), job.caller(), job.spec(), Standing.of(state), job.counts(), job.timeline());
  }

  private static Change.Append append(JobId job, JobState state, ResultBlock... blocks) {
    return new Change.Append(job, 1, List.of(blocks), Standing.of(state), Samples.RUNNING);
  }

  private static Change.Accept keyed(Job job) {
    Change.Once once = new Change.Once(new IdempotencyKey("admin", "key"), new byte[] {1});
    return new Change.Accept(job, List.of(inputs(0, 2)), true, once);
  }

  private static Change[] insteadOf(Job gone, Job accepted) {
    return new Change[] {
      append(gone.id(), JobState.RECEIVING, ran(0, 1)),
      new Change.Remove(gone.id(), true),
      keyed(accepted)
    };
  }

  @Test
  void aJobIsAcceptedWithWhatTakesBackAnother() {
    Job gone = receiving();
    Job accepted = in(JobState.RECEIVING, job(2));
    Change[] changes = insteadOf(gone, accepted);

    assertThat(commitFailing(AFTER, changes)).containsExactly(true, true, true);
    assertThat(store.jobs(JobFilter.NONE, null, 9))
        .extracting(Job::id)
        .containsExactly(accepted.id());
  }

  @Test
  void whatDidNotTakePlaceIsNotTakenForThere() {
    Job gone = receiving();
    Job accepted = in(JobState.RECEIVING, job(2));
    Change[] changes = insteadOf(gone, accepted);

    assertThatThrownBy(() -> commitFailing(BEFORE, changes)).isInstanceOf(StoreUnavailable.class);
    assertThat(commit(changes)).containsExactly(true, true, true);
  }

  @Test
  void aJobGrowsWithANoteThatComesAndGoes() {
    Job once = job(2);
    commit(accept(once));
    Job growing = receiving();

    assertThat(
            commitFailing(
                AFTER,
                new Change.Hand(once.id(), 1, 7, 0, 1),
                new Change.HandBack(once.id(), 1, 7),
                new Change.Grow(growing.id(), 1, List.of(inputs(2, 1)))))
        .containsExactly(true, true, true);
  }

  @Test
  void aLimitIsPutTwiceAndAnotherRemoved() {
    assertThat(
            commitFailing(
                AFTER,
                new Change.PutLimit(new Limit("twice", 1, null)),
                new Change.PutLimit(new Limit("twice", 2, null)),
                new Change.PutLimit(new Limit("gone", 1, null)),
                new Change.RemoveLimit("gone")))
        .containsExactly(true, true, true, true);
    assertThat(store.limits()).containsExactly(new Limit("twice", 2, null));
  }

  @Test
  void aJobMovesOnAfterItsGrowth() {
    Job job = receiving();
    Change[] changes = {
      append(job.id(), JobState.RECEIVING, ran(0, 2)),
      new Change.Grow(job.id(), 1, List.of(inputs(2, 1))),
      append(job.id(), JobState.QUEUED)
    };

    assertThatThrownBy(() -> commitFailing(BEFORE, changes)).isInstanceOf(StoreUnavailable.class);
    assertThat(commitFailing(AFTER, changes)).containsExactly(true, true, true);
    assertThat(commit(ended(job.id(), 1, JobState.SUCCEEDED, ran(2, 1)))).containsExactly(true);
  }

  @Test
  void aPauseOfAJobThatReceivesIsMoreThanItsState() {
    Job job = receiving();
    Standing paused =
        new Standing(JobState.RECEIVING, new Reason(Reason.Kind.PAUSED, "it is paused"));
    Change pause = new Change.Append(job.id(), 1, List.of(), paused, Samples.RUNNING);

    assertThatThrownBy(() -> commitFailing(BEFORE, pause)).isInstanceOf(StoreUnavailable.class);
    assertThat(commitFailing(AFTER, pause)).containsExactly(true);
  }

  @Test
  void whatWasOnlyStagedAndIsDiscardedWasBoth() {
    Job job = job(2);

    assertThat(
            commitFailing(
                AFTER,
                new Change.Stage(job.id(), List.of(inputs(0, 1))),
                new Change.Discard(job.id())))
        .containsExactly(true, true);
  }
}
