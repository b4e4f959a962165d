package dev.manyhands.store;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static dev.manyhands.store.Samples.accept;
import static dev.manyhands.store.Samples.job;
import static dev.manyhands.store.Samples.ran;
import static dev.manyhands.store.Samples.running;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.manyhands.job.Job;
import dev.manyhands.job.JobFilter;
import dev.manyhands.job.JobId;
import dev.manyhands.job.JobState;
import dev.manyhands.job.Standing;
import dev.manyhands.testkit.Containers;
import dev.manyhands.testkit.Wait;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// What goes wrong between a node and its database costs nothing that was acknowledged.
@ExtendWith(Containers.class)
class PostgresFaultTest {
  private final TestNodes nodes = new TestNodes();
  private final TestSchema schema = nodes.schema;

  @AfterEach
  void close() {
    nodes.close();
  }

  @Test
  void commitsGoOnAfterEveryConnectionWasEnded() {
    PostgresJobStore store = nodes.open();
    Job job = job(3);
    store.commit(List.of(accept(job)));

    schema.run(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            + " WHERE application_name LIKE 'manyhands-writer%'");

    assertThatThrownBy(() -> store.commit(List.of(running(job.id(), 1, ran(0, 1)))))
        .isInstanceOf(StoreUnavailable.class);
    assertThat(store.commit(List.of(running(job.id(), 1, ran(0, 1))))).containsExactly(true);
    assertThat(store.byIndex(job.id(), 0, 9)).hasSize(1);
  }

  @Test
  void aNodeThatIsNotHeardOfLosesItsJobsAndCanWriteNothing() throws Exception {
    PostgresJobStore paused = nodes.open();
    Job job = job(3);
    paused.commit(List.of(accept(job)));
    paused.commit(List.of(running(job.id(), 1, ran(0, 1))));
    PostgresJobStore heir = nodes.open();
    Told told = new Told(schema);
    assertThat(heir.claimUnfinished()).isEmpty();

    nodes.runOut(paused);
    heir.watch(told);
    told.awaitTaken();

    Claimed taken = told.taken.getFirst();
    assertThat(taken.epoch()).isEqualTo(2);
    assertThat(taken.done().contains(0)).isTrue();
    assertThat(paused.commit(List.of(running(job.id(), 1, ran(1, 1))))).containsExactly(false);
    assertThat(paused.commit(List.of(new Change.Hand(job.id(), 1, 1, 1, 1))))
        .containsExactly(false);
    assertThat(heir.commit(List.of(running(job.id(), 2, ran(1, 1))))).containsExactly(true);
    assertThat(heir.byIndex(job.id(), 0, 9)).hasSize(2);
  }

  @Test
  void aNodeThatFindsItsLeaseRunOutGivesUpAndEntersAnew() {
    PostgresJobStore store = nodes.open();
    Job job = job(1);
    store.commit(List.of(accept(job)));
    String before = store.nodes().self();
    Told told = new Told(schema);

    nodes.runOut();
    store.watch(told);

    Wait.until(told.lost, "the loss is told");
    told.awaitTaken();
    assertThat(store.nodes().self()).isNotEqualTo(before);
    assertThat(told.taken).extracting(Claimed::epoch).containsExactly(2L);
  }

  /// Between its start and the moment from which on it hears of its lease.
  @Test
  void aNodeThatLostItsLeaseBeforeItWatchesIsToldOfIt() {
    PostgresJobStore gone = nodes.open();
    Job job = job(1);
    gone.commit(List.of(accept(job)));
    nodes.runOut();
    PostgresJobStore store = nodes.open();
    String before = store.nodes().self();
    assertThat(store.claimUnfinished()).extracting(Claimed::epoch).containsExactly(2L);
    nodes.runOut();
    store.nodes().announce(Presence.UNKNOWN);
    Wait.untilSeen("it has entered anew", () -> !store.nodes().self().equals(before));
    Told told = new Told(schema);

    store.watch(told);

    Wait.until(told.lost, "the loss is told");
    told.awaitTaken();
    assertThat(told.taken).extracting(Claimed::epoch).containsExactly(3L);
  }

  /// As when the heir's database lets nobody in who reads, just now.
  @Test
  void whatCannotGoOnNowIsTakenInLater() {
    PostgresJobStore heir = nodes.open();
    List<Integer> portions = Collections.synchronizedList(new ArrayList<>());
    Told told =
        new Told(schema) {
          @Override
          public List<Claimed> taken(List<Claimed> jobs) {
            portions.add(jobs.size());
            if (portions.size() == 2) {
              throw new StoreUnavailable("by a test", new SQLException());
            }
            int half = (jobs.size() + 1) / 2;
            super.taken(jobs.subList(0, half));
            return jobs.subList(half, jobs.size());
          }
        };
    heir.watch(told);
    List<JobId> jobs = ofANodeThatIsGone(3 * Takeover.PORTION / 2);

    Wait.untilSeen("all go on", () -> told.taken.size() >= jobs.size() || schema.looked());

    assertThat(told.taken)
        .extracting(claimed -> claimed.job().id())
        .containsExactlyInAnyOrderElementsOf(jobs);
    // The second portion may have gone on in part, so it is told of again at the next epoch.
    assertThat(told.taken).extracting(Claimed::epoch).containsOnly(2L, 3L);
    assertThat(portions).startsWith(Takeover.PORTION, Takeover.PORTION / 2).hasSizeGreaterThan(3);
  }

  /// With thousands of jobs that takes longer than a lease; it would be lost each time.
  @Test
  void theLeaseIsRenewedWhileJobsAreTakenOver() {
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
    PostgresJobStore heir = nodes.open(counted);
    Told told =
        new Told(schema) {
          @Override
          public List<Claimed> taken(List<Claimed> jobs) {
            int before = renewals.get();
            Wait.untilSeen(
                "it is renewed all the while",
                () -> renewals.get() > before + 4 || schema.looked());
            return super.taken(jobs);
          }
        };
    heir.watch(told);
    ofANodeThatIsGone(1);

    told.awaitTaken();

    assertThat(told.lost.getCount()).isOne();
  }

  /// What it read under the name before is nothing to who has entered anew, and takes it again.
  @Test
  void whatWasTakenUnderALostLeaseDoesNotGoOn() {
    Told told = new Told(schema);
    AtomicInteger claims = new AtomicInteger();
    CommitFault lostMeanwhile =
        new TestNodes.InTransaction() {
          @Override
          public void before(String write) {
            // The first takes the job, the second reads it.
            if (write.equals(Writes.CLAIM) && claims.incrementAndGet() == 2) {
              schema.run("UPDATE nodes SET lease_until = clock_timestamp()");
              Wait.untilSeen(
                  "the loss is told", () -> told.lost.getCount() == 0 || schema.looked());
            }
          }
        };
    PostgresJobStore heir = nodes.open(lostMeanwhile);
    heir.watch(told);
    ofANodeThatIsGone(1);

    Wait.untilSeen("jobs are taken over", () -> !told.taken.isEmpty() || schema.looked());

    assertThat(told.taken).extracting(Claimed::epoch).containsExactly(3L);
  }

  /// @return jobs of a node that has just gone
  private List<JobId> ofANodeThatIsGone(int count) {
    PostgresJobStore gone = nodes.open();
    List<JobId> jobs = new ArrayList<>();
    List<Change> accepted = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Job job = job(1);
      jobs.add(job.id());
      accepted.add(accept(job));
    }
    gone.commit(accepted);
    nodes.runOut(gone);
    return jobs;
  }

  /// The database has committed and says so to nobody, for longer than it is asked.
  @Test
  void whatATakeoverHasTakenWithoutKnowingGoesOn() {
    Silence silence = new Silence(Writes.CLAIM);
    PostgresJobStore heir = nodes.open(silence);
    Told told = new Told(schema);
    heir.watch(told);
    silence.begin();
    List<JobId> jobs = ofANodeThatIsGone(2);

    Wait.untilSeen("its commit has been given up", () -> silence.isOver() || schema.looked());
    Wait.untilSeen("all go on", () -> told.taken.size() >= jobs.size() || schema.looked());

    assertThat(told.taken)
        .extracting(claimed -> claimed.job().id())
        .containsExactlyInAnyOrderElementsOf(jobs);
    assertThat(told.taken).extracting(Claimed::epoch).containsOnly(2L);
    assertThat(told.lost.getCount()).isOne();
  }

  /// Its sender is told that nobody knows; it was committed, and the node kept its lease.
  @Test
  void aJobThatWasAcceptedWithoutKnowingGoesOn() {
    Silence silence = new Silence("accept");
    PostgresJobStore store = nodes.open(silence);
    Told told = new Told(schema);
    store.watch(told);
    Job job = job(1);
    silence.begin();

    Writes.committing(List.of(accept(job)));
    try {
      assertThatThrownBy(() -> store.commit(List.of(accept(job)))).isInstanceOf(StoreUnknown.class);
    } finally {
      Writes.committing(List.of());
    }
    Wait.untilSeen("it is taken over", () -> !told.taken.isEmpty() || schema.looked());

    assertThat(told.taken).extracting(claimed -> claimed.job().id()).containsExactly(job.id());
    assertThat(told.taken).extracting(Claimed::epoch).containsExactly(2L);
    assertThat(told.lost.getCount()).isOne();
  }

  /// Nobody goes on sending it.
  @Test
  void aJobThatBeganToComeWithoutKnowingIsTakenBack() {
    Silence silence = new Silence("accept");
    PostgresJobStore store = nodes.open(silence);
    store.watch(new Told(schema));
    Job job = job(1);
    Job receiving =
        new Job(
            job.id(),
            job.caller(),
            job.spec(),
            Standing.of(JobState.RECEIVING),
            job.counts(),
            job.timeline());
    silence.begin();

    Writes.committing(List.of(accept(receiving)));
    try {
      assertThatThrownBy(() -> store.commit(List.of(accept(receiving))))
          .isInstanceOf(StoreUnknown.class);
    } finally {
      Writes.committing(List.of());
    }

    Wait.untilSeen(
        "it is not there any more", () -> store.job(job.id()).isEmpty() || schema.looked());
  }

  /// The server commits a write and tells nobody, and lets nobody in who asks what became of it:
  /// who asks gives up at once.
  private static final class Silence implements CommitFault {
    private final String write;
    private volatile boolean comes;
    private volatile boolean silent;
    private volatile boolean over;

    Silence(String write) {
      this.write = write;
    }

    void begin() {
      comes = true;
    }

    boolean isOver() {
      return over;
    }

    @Override
    public long askMillis(long usual) {
      return 0;
    }

    @Override
    public void after(String done) throws SQLException {
      if (comes && done.equals(write)) {
        comes = false;
        silent = true;
        throw new SQLException("no answer, by a test");
      }
    }

    /// Nobody else comes between: the writer keeps its turn until it has given up.
    @Override
    public void open() throws SQLException {
      if (silent) {
        silent = false;
        over = true;
        throw new SQLException("no connection, by a test");
      }
    }
  }

  /// Three failures in a row are a bad second of the database, and no reason to give up all jobs.
  @Test
  void aRenewalThatFailsIsTriedAgainBeforeTheNextIsDue() {
    AtomicInteger renewals = new AtomicInteger();
    CommitFault thrice =
        new CommitFault() {
          @Override
          public void before(String write) throws SQLException {
            if (write.equals(Writes.RENEW) && renewals.incrementAndGet() <= 3) {
              throw new SQLException("not now");
            }
          }
        };
    // By itself it is renewed every eight seconds; what failed is tried again after two.
    PostgresJobStore store = nodes.open(thrice, Duration.ofSeconds(24));
    String before = store.nodes().self();

    store.nodes().announce(Presence.UNKNOWN);
    Wait.untilSeen("it is tried again", () -> renewals.get() > 3);
    store.nodes().announce(Presence.UNKNOWN);
    Wait.untilSeen("it is renewed", () -> renewals.get() > 4);

    assertThat(store.nodes().self()).isEqualTo(before);
    assertThat(store.nodes().lease().lost()).isZero();
  }

  /// Nobody tells it that it has no lease any more: it does not hear the database.
  @Test
  void aNodeThatCannotRenewItsLeaseBeginsNothingWhenThatHasRunOut() throws Exception {
    PostgresJobStore store = nodes.openPatient(Duration.ofSeconds(3));
    Wait.untilSeen("it may begin", store::mayBegin);
    try (var other = schema.connect();
        var statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute("SELECT 1 FROM nodes FOR UPDATE");

      Wait.untilSeen("it may begin nothing", () -> !store.mayBegin());
    }
  }

  /// However long the database takes for its answer.
  @Test
  void norDoesItGoOnWithWhatItHasBegun() throws Exception {
    PostgresJobStore store = nodes.openPatient(Duration.ofSeconds(3));
    Told told = new Told(schema);
    store.watch(told);
    // Of a lease that was lost before it watched it need not be told.
    Wait.untilSeen("it may begin", store::mayBegin);
    try (var other = schema.connect();
        var statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute("SELECT 1 FROM nodes FOR UPDATE");

      Wait.until(told.lost, "the loss is told");
    }
  }

  /// What is given up in half would go on beside its next owner.
  @Test
  void aLossThatCouldNotBeHeardIsToldAgainBeforeTheNodeEntersAnew() {
    PostgresJobStore store = nodes.open();
    String before = store.nodes().self();
    List<String> names = Collections.synchronizedList(new ArrayList<>());
    Told told =
        new Told(schema) {
          @Override
          public void lost() {
            names.add(store.nodes().self());
            if (names.size() < 3) {
              throw new IllegalStateException("by a test");
            }
            super.lost();
          }
        };
    store.watch(told);

    nodes.runOut();

    Wait.untilSeen("the loss is told", () -> told.lost.getCount() == 0 || schema.looked());
    Wait.untilSeen(
        "it has entered anew", () -> !store.nodes().self().equals(before) || schema.looked());
    assertThat(names).containsExactly(before, before, before);
    assertThat(store.nodes().lease().lost()).isOne();
    Wait.untilSeen("it may begin", store::mayBegin);
  }

  /// By how much a lease lies ahead is all that a clock says of it, so to move the leases is to set
  /// the clock.
  @Test
  void aClockOfTheDatabaseThatIsSetBackByADayHarmsNoLease() {
    PostgresJobStore store = nodes.open();
    Job job = job(1);
    store.commit(List.of(accept(job)));
    String before = store.nodes().self();
    Told told = new Told(schema);

    schema.run("UPDATE nodes SET lease_until = lease_until + INTERVAL '1 day'");
    store.watch(told);

    // Else a node that dies would be waited for that long.
    Wait.untilSeen(
        "the lease is as long as before",
        () ->
            schema.ask(
                    "SELECT count(*) FROM nodes"
                        + " WHERE lease_until > clock_timestamp() + INTERVAL '1 hour'")
                == 0);
    assertThat(store.nodes().self()).isEqualTo(before);
    assertThat(store.commit(List.of(running(job.id(), 1, ran(0, 1))))).containsExactly(true);
    assertThat(told.lost.getCount()).isOne();
    assertThat(told.taken).isEmpty();
  }

  /// The lease of every node has run out at once, and each gets its jobs back or another's.
  @Test
  void aClockOfTheDatabaseThatIsSetOnByADayLosesNoJob() {
    PostgresJobStore one = nodes.open();
    PostgresJobStore two = nodes.open();
    Job job = job(2);
    one.commit(List.of(accept(job)));
    one.commit(List.of(running(job.id(), 1, ran(0, 1))));
    Told ofOne = new Told(schema);
    Told ofTwo = new Told(schema);

    schema.run("UPDATE nodes SET lease_until = lease_until - INTERVAL '1 day'");
    one.watch(ofOne);
    two.watch(ofTwo);
    Wait.until(ofOne.lost, "the loss is told to one");
    Wait.until(ofTwo.lost, "the loss is told to two");
    Wait.untilSeen(
        "it has an owner", () -> ofOne.taken.size() + ofTwo.taken.size() > 0 || schema.looked());

    List<Claimed> taken = new ArrayList<>(ofOne.taken);
    taken.addAll(ofTwo.taken);
    assertThat(taken).hasSize(1);
    long epoch = taken.getFirst().epoch();
    assertThat(epoch).isEqualTo(2);
    assertThat(taken.getFirst().done().contains(0)).isTrue();
    PostgresJobStore owner = ofOne.taken.isEmpty() ? two : one;
    assertThat(one.commit(List.of(running(job.id(), 1, ran(1, 1))))).containsExactly(false);
    assertThat(owner.commit(List.of(running(job.id(), epoch, ran(1, 1))))).containsExactly(true);
    assertThat(owner.byIndex(job.id(), 0, 9)).hasSize(2);
  }

  /// So the clock of a node may be set as anybody likes.
  @Test
  void noLeaseFollowsTheWallClockOfANode() {
    noClasses()
        .that()
        .belongToAnyOf(
            NodeLease.class, Tenure.class, NodeRows.class, Duties.class, LeaseStanding.class)
        .should()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(Instant.class, "now")
        .orShould()
        .accessClassesThat()
        .areAssignableTo(InstantSource.class)
        .check(new ClassFileImporter().importPackagesOf(NodeLease.class));
  }

  @Test
  void closedNodeLeavesItsJobsAtOnce() {
    PostgresJobStore first = nodes.open();
    Job job = job(1);
    first.commit(List.of(accept(job)));
    PostgresJobStore second = nodes.open();
    assertThat(second.claimUnfinished()).isEmpty();

    nodes.close(first);

    assertThat(second.claimUnfinished()).extracting(c -> c.job().id()).containsExactly(job.id());
    assertThat(second.jobs(JobFilter.NONE, null, 9)).hasSize(1);
  }

  /// A transaction that stands still in the middle holds rows that the next owner needs.
  @Test
  void whoStandsStillInATransactionIsThrownOut() throws Exception {
    PostgresJobStore store = nodes.open();
    Job job = job(2);
    store.commit(List.of(accept(job)));
    PostgresDatabase database = new PostgresDatabase(schema.address(), TestSchema.SETTINGS);

    try (var still = database.openWriter();
        var statement = still.createStatement()) {
      statement.execute("BEGIN");
      statement.execute("SELECT 1 FROM jobs FOR UPDATE");

      assertThat(store.commit(List.of(running(job.id(), 1, ran(0, 1))))).containsExactly(true);
    }
  }
}
