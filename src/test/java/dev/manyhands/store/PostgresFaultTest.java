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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// What goes wrong between a node and its database costs nothing that was acknowledged. Where it is
/// not said, no lease runs out, or is renewed, by itself meanwhile: a node looks at the leases when
/// it begins to watch.
@ExtendWith(Containers.class)
class PostgresFaultTest {
  private final TestSchema schema = TestSchema.fresh();
  private final List<PostgresJobStore> opened = new ArrayList<>();

  private PostgresJobStore open() {
    PostgresJobStore store = schema.open();
    opened.add(store);
    return store;
  }

  @AfterEach
  void close() {
    opened.forEach(PostgresJobStore::close);
  }

  /// What a node is told of its jobs.
  private static class Told implements Ownership {
    final List<Claimed> taken = Collections.synchronizedList(new ArrayList<>());
    final CountDownLatch lost = new CountDownLatch(1);

    @Override
    public List<Claimed> taken(List<Claimed> jobs) {
      synchronized (taken) {
        taken.addAll(jobs);
        taken.notifyAll();
      }
      return List.of();
    }

    @Override
    public void lost() {
      lost.countDown();
    }

    void awaitTaken() {
      Wait.until(taken, "jobs are taken over", () -> !taken.isEmpty());
    }
  }

  @Test
  void commitsGoOnAfterEveryConnectionWasEnded() {
    PostgresJobStore store = open();
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
    PostgresJobStore paused = open();
    Job job = job(3);
    paused.commit(List.of(accept(job)));
    paused.commit(List.of(running(job.id(), 1, ran(0, 1))));
    PostgresJobStore heir = open();
    Told told = new Told();
    assertThat(heir.claimUnfinished()).isEmpty();

    schema.run(
        "UPDATE nodes SET lease_until = clock_timestamp() WHERE id = '"
            + paused.nodes().self()
            + "'");
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
    PostgresJobStore store = open();
    Job job = job(1);
    store.commit(List.of(accept(job)));
    String before = store.nodes().self();
    Told told = new Told();

    schema.run("UPDATE nodes SET lease_until = clock_timestamp() - INTERVAL '1 second'");
    store.watch(told);

    Wait.until(told.lost, "the loss is told");
    told.awaitTaken();
    assertThat(store.nodes().self()).isNotEqualTo(before);
    assertThat(told.taken).extracting(Claimed::epoch).containsExactly(2L);
  }

  /// Between its start and the moment from which on it hears of its lease.
  @Test
  void aNodeThatLostItsLeaseBeforeItWatchesIsToldOfIt() {
    PostgresJobStore gone = open();
    Job job = job(1);
    gone.commit(List.of(accept(job)));
    runOut();
    PostgresJobStore store = schema.open(Duration.ofSeconds(1));
    opened.add(store);
    String before = store.nodes().self();
    assertThat(store.claimUnfinished()).extracting(Claimed::epoch).containsExactly(2L);
    runOut();
    Wait.untilSeen("it has entered anew", () -> !store.nodes().self().equals(before));
    Told told = new Told();

    store.watch(told);

    Wait.until(told.lost, "the loss is told");
    told.awaitTaken();
    assertThat(told.taken).extracting(Claimed::epoch).containsExactly(3L);
  }

  private void runOut() {
    schema.run("UPDATE nodes SET lease_until = clock_timestamp() - INTERVAL '1 second'");
  }

  /// As when the heir's database lets nobody in who reads, just now.
  @Test
  void whatCannotGoOnNowIsTakenInLater() {
    PostgresJobStore heir = open();
    List<Integer> portions = Collections.synchronizedList(new ArrayList<>());
    Told told =
        new Told() {
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

    Wait.untilSeen("all go on", () -> told.taken.size() >= jobs.size() || looked());

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
    PostgresJobStore heir = open(counted, Duration.ofSeconds(6));
    Told told =
        new Told() {
          @Override
          public List<Claimed> taken(List<Claimed> jobs) {
            int before = renewals.get();
            Wait.untilSeen(
                "it is renewed all the while", () -> renewals.get() > before + 4 || looked());
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
    Told told = new Told();
    AtomicInteger claims = new AtomicInteger();
    CommitFault lostMeanwhile =
        new CommitFault() {
          @Override
          public void before(String write) {
            // The first takes the job, the second reads it.
            if (write.equals(Writes.CLAIM) && claims.incrementAndGet() == 2) {
              schema.run("UPDATE nodes SET lease_until = clock_timestamp()");
              Wait.untilSeen("the loss is told", () -> told.lost.getCount() == 0 || looked());
            }
          }
        };
    PostgresJobStore heir = open(lostMeanwhile, Duration.ofSeconds(9));
    heir.watch(told);
    ofANodeThatIsGone(1);

    Wait.untilSeen("jobs are taken over", () -> !told.taken.isEmpty() || looked());

    assertThat(told.taken).extracting(Claimed::epoch).containsExactly(3L);
  }

  /// Has every node look at its lease and for what others have left, as when one of them leaves: by
  /// itself it does so too, and a test would wait for that longer the longer the lease is.
  ///
  /// @return false: whatever it leads to comes later
  private boolean looked() {
    schema.run("SELECT pg_notify('%s', '%s')".formatted(News.CHANNEL, News.LEFT));
    return false;
  }

  /// @return jobs of a node that has just gone
  private List<JobId> ofANodeThatIsGone(int count) {
    PostgresJobStore gone = open();
    List<JobId> jobs = new ArrayList<>();
    List<Change> accepted = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Job job = job(1);
      jobs.add(job.id());
      accepted.add(accept(job));
    }
    gone.commit(accepted);
    schema.run(
        "UPDATE nodes SET lease_until = clock_timestamp() WHERE id = '"
            + gone.nodes().self()
            + "'");
    return jobs;
  }

  /// The database has committed and says so to nobody, for longer than it is asked.
  @Test
  void whatATakeoverHasTakenWithoutKnowingGoesOn() {
    Silence silence = new Silence(Writes.CLAIM);
    PostgresJobStore heir = open(silence, Duration.ofSeconds(12));
    Told told = new Told();
    heir.watch(told);
    silence.begin();
    List<JobId> jobs = ofANodeThatIsGone(2);

    Wait.untilSeen("its commit has been given up", () -> silence.isOver() || looked());
    Wait.untilSeen("all go on", () -> told.taken.size() >= jobs.size() || looked());

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
    PostgresJobStore store = open(silence, Duration.ofSeconds(12));
    Told told = new Told();
    store.watch(told);
    Job job = job(1);
    silence.begin();

    Writes.committing(List.of(accept(job)));
    try {
      assertThatThrownBy(() -> store.commit(List.of(accept(job)))).isInstanceOf(StoreUnknown.class);
    } finally {
      Writes.committing(List.of());
    }
    Wait.untilSeen("it is taken over", () -> !told.taken.isEmpty() || looked());

    assertThat(told.taken).extracting(claimed -> claimed.job().id()).containsExactly(job.id());
    assertThat(told.taken).extracting(Claimed::epoch).containsExactly(2L);
    assertThat(told.lost.getCount()).isOne();
  }

  /// Nobody goes on sending it.
  @Test
  void aJobThatBeganToComeWithoutKnowingIsTakenBack() {
    Silence silence = new Silence("accept");
    PostgresJobStore store = open(silence, Duration.ofSeconds(6));
    store.watch(new Told());
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

    Wait.untilSeen("it is not there any more", () -> store.job(job.id()).isEmpty());
  }

  private PostgresJobStore open(CommitFault fault, Duration lease) {
    PostgresSettings hasty =
        new PostgresSettings(
            8, Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofSeconds(2));
    PostgresJobStore store =
        PostgresJobStore.open(
            new FaultyPostgres(schema.address(), hasty, fault),
            lease,
            StoreSettings.LARGE_VALUE_BYTES);
    opened.add(store);
    return store;
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
    PostgresJobStore store =
        PostgresJobStore.open(
            new FaultyPostgres(schema.address(), TestSchema.SETTINGS, thrice),
            Duration.ofSeconds(6),
            StoreSettings.LARGE_VALUE_BYTES);
    opened.add(store);
    String before = store.nodes().self();

    Wait.untilSeen("it is renewed", () -> renewals.get() > 4);

    assertThat(store.nodes().self()).isEqualTo(before);
    assertThat(store.nodes().lease().lost()).isZero();
  }

  /// Nobody tells it that it has no lease any more: it does not hear the database.
  @Test
  void aNodeThatCannotRenewItsLeaseBeginsNothingWhenThatHasRunOut() throws Exception {
    PostgresJobStore store = schema.open(Duration.ofSeconds(1));
    opened.add(store);
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
    PostgresSettings patient =
        new PostgresSettings(
            8, Duration.ofSeconds(5), Duration.ofMinutes(9), Duration.ofMinutes(10));
    PostgresJobStore store =
        PostgresJobStore.open(
            schema.address(), patient, Duration.ofSeconds(4), StoreSettings.LARGE_VALUE_BYTES);
    opened.add(store);
    Told told = new Told();
    store.watch(told);
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
    PostgresJobStore store = schema.open(Duration.ofSeconds(3));
    opened.add(store);
    String before = store.nodes().self();
    List<String> names = Collections.synchronizedList(new ArrayList<>());
    Told told =
        new Told() {
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

    schema.run("UPDATE nodes SET lease_until = clock_timestamp() - INTERVAL '1 second'");

    Wait.until(told.lost, "the loss is told");
    Wait.untilSeen("it has entered anew", () -> !store.nodes().self().equals(before));
    assertThat(names).containsExactly(before, before, before);
    assertThat(store.nodes().lease().lost()).isOne();
    Wait.untilSeen("it may begin", store::mayBegin);
  }

  /// By how much a lease lies ahead is all that a clock says of it, so to move the leases is to set
  /// the clock.
  @Test
  void aClockOfTheDatabaseThatIsSetBackByADayHarmsNoLease() {
    PostgresJobStore store = open();
    Job job = job(1);
    store.commit(List.of(accept(job)));
    String before = store.nodes().self();
    Told told = new Told();

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
    PostgresJobStore one = open();
    PostgresJobStore two = open();
    Job job = job(2);
    one.commit(List.of(accept(job)));
    one.commit(List.of(running(job.id(), 1, ran(0, 1))));
    Told ofOne = new Told();
    Told ofTwo = new Told();

    schema.run("UPDATE nodes SET lease_until = lease_until - INTERVAL '1 day'");
    one.watch(ofOne);
    two.watch(ofTwo);
    Wait.until(ofOne.lost, "the loss is told to one");
    Wait.until(ofTwo.lost, "the loss is told to two");
    Wait.untilSeen("it has an owner", () -> ofOne.taken.size() + ofTwo.taken.size() > 0);

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
    PostgresJobStore first = open();
    Job job = job(1);
    first.commit(List.of(accept(job)));
    PostgresJobStore second = open();
    assertThat(second.claimUnfinished()).isEmpty();

    opened.remove(first);
    first.close();

    assertThat(second.claimUnfinished()).extracting(c -> c.job().id()).containsExactly(job.id());
    assertThat(second.jobs(JobFilter.NONE, null, 9)).hasSize(1);
  }

  /// A transaction that stands still in the middle holds rows that the next owner needs.
  @Test
  void whoStandsStillInATransactionIsThrownOut() throws Exception {
    PostgresJobStore store = open();
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
