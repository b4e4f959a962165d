package dev.manyhands.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.job.OnWorkerLost;
import dev.manyhands.job.Outcome;
import dev.manyhands.job.Outcomes;
import dev.manyhands.store.Change;
import dev.manyhands.testkit.ScriptedPool;
import dev.manyhands.testkit.Wait;
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
@Timeout(180)
class HandNoteOrderTest {
  private static final int TASKS = 2;

  private final ScriptedDispatch dispatch = new ScriptedDispatch();

  @BeforeEach
  void start() {
    for (int i = 0; i < 20; i++) {
      dispatch.store.script.add(ScriptedStore::takesAll);
    }
    dispatch.start();
  }

  @AfterEach
  void close() {
    dispatch.close();
  }

  @Test
  void itGoesBehindTheResultsThatSomebodyElseIsStillToBring() {
    ScriptedPool.Offered running = handOnce();
    CountDownLatch atWork = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    Thread other =
        Thread.startVirtualThread(() ->
            dispatch.capacity.resized(
                dispatch.pool.name(),
                () -> {
                  atWork.countDown();
                  Wait.until(goOn, "the worker has told all");
                  return dispatch.pool.size();
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
    dispatch.accept(TASKS, lost);
    ScriptedPool.Offered running = dispatch.pool.awaitOffered(1);
    assertThat(running.chunk().count()).isEqualTo(TASKS);
    return running;
  }

  /// What was committed, in this order.
  private List<String> writtenUntilTheNoteIsOff() {
    List<String> written = new ArrayList<>();
    Wait.untilSeen(
        "the note is off",
        () -> {
          List<Change> commit = dispatch.store.commits.poll();
          if (commit != null) {
            commit.forEach(change -> written.add(change.getClass().getSimpleName()));
          }
          return written.contains("HandBack");
        });
    return written;
  }
}
