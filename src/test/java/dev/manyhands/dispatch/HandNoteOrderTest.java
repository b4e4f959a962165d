package dev.manyhands.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.job.Care;
import dev.manyhands.job.OnFailure;
import dev.manyhands.job.OnWorkerLost;
import dev.manyhands.job.Outcome;
import dev.manyhands.job.Outcomes;
import dev.manyhands.job.Placement;
import dev.manyhands.job.Retry;
import dev.manyhands.job.Timeouts;
import dev.manyhands.pool.Functions;
import dev.manyhands.pool.Pools;
import dev.manyhands.store.Change;
import dev.manyhands.testkit.ScriptedPool;
import dev.manyhands.testkit.Wait;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Chunks whose tasks may run only once. The note that a worker has one is taken off behind the
/// results, or a service that is killed between the two would run them again.
@Timeout(60)
class HandNoteOrderTest {
  private static final int TASKS = 2;

  private final ScriptedStore store = new ScriptedStore();
  private final ResultWriter writer = new ResultWriter(store, List.of(), Duration.ZERO);
  private final ScriptedPool pool = new ScriptedPool();
  private final LiveJobs live = new LiveJobs(new LimitBook());
  private final InputCache inputs = new InputCache(store, 1 << 20);
  private final Dispatcher dispatcher =
      new Dispatcher(
          new Performer(
              new Pools(List.of(pool), Functions.with(List.of())),
              writer,
              inputs,
              live,
              new RecentJobs(),
              List.of(),
              InstantSource.system(),
              lost -> {}),
          new Looker(inputs, live),
          new Backlog(1 << 20),
          InstantSource.system());

  @BeforeEach
  void start() {
    for (int i = 0; i < 20; i++) {
      store.script.add(ScriptedStore::takesAll);
    }
    writer.start();
    dispatcher.resized("threads", pool::size);
  }

  @AfterEach
  void close() {
    dispatcher.close();
    writer.close();
  }

  @Test
  void itGoesBehindTheResultsThatSomebodyElseIsStillToBring() {
    ScriptedPool.Offered running = handOnce();
    CountDownLatch atWork = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    Thread other =
        Thread.startVirtualThread(() ->
            dispatcher.resized(
                "threads",
                () -> {
                  atWork.countDown();
                  Wait.until(goOn, "the worker has told all");
                  return pool.size();
                }));
    Wait.until(atWork, "another thread is at work");
    running.finish(Jobs.outcomes(0, TASKS, 10, Map.of()));
    goOn.countDown();

    assertThat(writtenUntilTheNoteIsOff()).containsExactly("Hand", "Append", "HandBack");
    Wait.untilSeen("the other thread is done", () -> !other.isAlive());
  }

  @Test
  void itGoesBehindTheCrashesOfANodeThatIsGone() {
    ScriptedPool.Offered running = handOnce();
    Outcomes crashes = Jobs.outcomes(0, TASKS, 10, Map.of(0, Outcome.CRASHED, 1, Outcome.CRASHED));

    running.sink().lost(running.chunk(), List.of(crashes));

    assertThat(writtenUntilTheNoteIsOff()).containsExactly("Hand", "Append", "HandBack");
  }

  /// What a worker has ended and not told has crashed if it dies.
  @Test
  void itsWorkerTellsWhatHasEndedAtOnce() {
    assertThat(handOnce().chunk().prompt()).isTrue();
  }

  @Test
  void whatMayRunAgainIsToldTogetherWhereNobodyWaits() {
    assertThat(hand(OnWorkerLost.RERUN).chunk().prompt()).isFalse();
  }

  /// A chunk with all tasks of a job of which none may run twice.
  private ScriptedPool.Offered handOnce() {
    return hand(new OnWorkerLost(false, 1));
  }

  private ScriptedPool.Offered hand(OnWorkerLost lost) {
    Care care = new Care(Timeouts.NONE, Retry.NEVER, OnFailure.CONTINUE, lost);
    Order order =
        Jobs.order(TASKS, new Placement(null, null, TASKS, Placement.NORMAL_PRIORITY), care);
    live.add(new LiveJob(order, 1, null, false, new TailRoom(TailRoom.MAX_BYTES)));
    dispatcher.accept(order);
    ScriptedPool.Offered running = pool.awaitOffered(1);
    assertThat(running.chunk().count()).isEqualTo(TASKS);
    return running;
  }

  /// What was committed, in this order.
  private List<String> writtenUntilTheNoteIsOff() {
    List<String> written = new ArrayList<>();
    Wait.untilSeen(
        "the note is off",
        () -> {
          List<Change> commit = store.commits.poll();
          if (commit != null) {
            commit.forEach(change -> written.add(change.getClass().getSimpleName()));
          }
          return written.contains("HandBack");
        });
    return written;
  }
}
