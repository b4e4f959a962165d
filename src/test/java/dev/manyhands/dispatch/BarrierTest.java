package dev.manyhands.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.job.DependsOn;
import dev.manyhands.job.Job;
import dev.manyhands.job.JobState;
import dev.manyhands.job.Reason;
import dev.manyhands.job.Standing;
import dev.manyhands.job.Timeline;
import dev.manyhands.store.Change;
import dev.manyhands.testkit.Wait;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Jobs that wait for one that is another node's, as the store tells.
@Timeout(180)
class BarrierTest {
  private final ScriptedStore store = new ScriptedStore();
  private final LiveJobs live = new LiveJobs(new LimitBook());
  private final ResultWriter writer = new ResultWriter(store, List.of(), Duration.ZERO);
  private final Retention retention =
      new Retention(store, writer, new RecentJobs(), InstantSource.system());

  /// Looks at who has ended wait for it.
  private volatile CountDownLatch looks = new CountDownLatch(0);

  private final AtomicInteger looked = new AtomicInteger();
  private final AtomicInteger reads = new AtomicInteger();

  private final Barrier barrier =
      new Barrier(
          WatchedStore.of(
              store,
              (method, _) -> {
                if (method.getName().equals("unfinished")) {
                  looked.incrementAndGet();
                  Wait.until(looks, "the look may go on");
                } else if (method.getName().equals("job")) {
                  reads.incrementAndGet();
                }
              }),
          live,
          writer,
          retention,
          new Feed(store, 1000));

  /// What became of the job that waits, and the thread that says so.
  private final BlockingQueue<String> fates = new LinkedBlockingQueue<>();

  private volatile Thread teller = Thread.currentThread();

  /// Of what comes next.
  private volatile boolean fails;

  private final Job other = Jobs.order(1).job();

  private final Barrier.Gate gate =
      new Barrier.Gate() {
        @Override
        public void open(LiveJob job) {
          tell("open");
        }

        @Override
        public void seal(LiveJob job) {
          tell("sealed");
        }

        @Override
        public void cancel(LiveJob job, Reason why) {
          tell("cancelled");
        }
      };

  private void tell(String fate) {
    if (fails) {
      fails = false;
      throw new IllegalStateException("made by a test");
    }
    teller = Thread.currentThread();
    fates.add(fate);
  }

  private String fate() throws InterruptedException {
    String fate = fates.poll(20, TimeUnit.SECONDS);
    return fate == null ? "none" : fate;
  }

  @BeforeEach
  void start() {
    for (int i = 0; i < 100; i++) {
      store.script.add(ScriptedStore::takesAll);
    }
    writer.start();
    store.jobs.put(other.id(), other);
  }

  @AfterEach
  void stop() {
    barrier.close();
    retention.close();
    writer.close();
  }

  private LiveJob waiting(DependsOn.Inputs inputs) {
    DependsOn on = new DependsOn(List.of(other.id()), inputs, DependsOn.OnFailed.CANCEL);
    Order order = Jobs.depending(Jobs.order(0), on);
    Inflow inflow =
        new Inflow(
            0,
            1000,
            new Ahead(Long.MAX_VALUE),
            Duration.ofHours(1),
            (_, _, done, _) -> done.accept(true));
    LiveJob waiting = new LiveJob(order, 1, inflow, true, new TailRoom(TailRoom.MAX_BYTES));
    live.add(waiting);
    return waiting;
  }

  private void ended(JobState how) {
    store.jobs.put(
        other.id(),
        new Job(
            other.id(),
            other.caller(),
            other.spec(),
            Standing.of(how),
            other.counts(),
            new Timeline(Jobs.NOON, Jobs.NOON, Jobs.NOON)));
  }

  @Test
  void whatBecomesOfAJobIsTriedUntilItWorks() throws Exception {
    ended(JobState.FAILED);
    fails = true;

    barrier.await(waiting(DependsOn.Inputs.OWN), gate);

    assertThat(fate()).isEqualTo("cancelled");
  }

  @Test
  void whatHasEndedElsewhereIsLookedForByOneAtATime() throws Exception {
    barrier.await(waiting(DependsOn.Inputs.OWN), gate);
    Wait.untilSeen("it is asked for as it comes", () -> looked.get() == 1);
    CountDownLatch first = new CountDownLatch(1);
    looks = first;
    barrier.lookAgain();
    Wait.untilSeen("it is looked for", () -> looked.get() == 2);
    int read = reads.get();

    barrier.lookAgain();
    barrier.lookAgain();
    barrier.endedElsewhere(other.id());
    Wait.untilSeen("who came last was there", () -> reads.get() > read);
    assertThat(looked).hasValue(2);

    first.countDown();
    Wait.untilSeen(
        "it is looked for again",
        () -> {
          barrier.lookAgain();
          return looked.get() > 2;
        });
    ended(JobState.SUCCEEDED);
    barrier.endedElsewhere(other.id());
    assertThat(fate()).isEqualTo("open");
  }

  @Test
  void aFedJobLetsGoOfTheOthersWhenItsSealIsStored() throws Exception {
    ended(JobState.SUCCEEDED);
    LiveJob fed = waiting(DependsOn.Inputs.VALUES);
    barrier.await(fed, gate);
    assertThat(fate()).isEqualTo("sealed");
    teller.join();

    assertThat(stored(new Change.Discard(fed.id()))).isEqualTo(new Change.Discard(fed.id()));
    fed.sealed.complete(null);

    assertThat(stored(null)).isEqualTo(new Change.Release(fed.id(), 1));
  }

  /// What is stored next.
  ///
  /// @param change comes behind what is there already
  private Change stored(@Nullable Change change) throws InterruptedException {
    if (change != null) {
      CompletableFuture<Boolean> done = new CompletableFuture<>();
      writer.submit(change, done::complete, done::completeExceptionally);
      done.join();
    }
    List<Change> commit = store.commits.poll(20, TimeUnit.SECONDS);
    return commit == null ? new Change.Discard(other.id()) : commit.getFirst();
  }
}
