package dev.manyhands.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.manyhands.job.JobState;
import dev.manyhands.job.OnWorkerLost;
import dev.manyhands.job.Refused;
import dev.manyhands.job.Standing;
import dev.manyhands.testkit.Wait;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Mistakes of this project's own cost what led to them, and nothing else; and what is decided of a
/// job is nothing to the same one when it is begun anew.
@Timeout(180)
class DispatcherTest {
  private final ScriptedDispatch dispatch = new ScriptedDispatch();
  private final List<String> ran = new CopyOnWriteArrayList<>();

  @BeforeEach
  void start() {
    dispatch.start();
  }

  @AfterEach
  void close() {
    dispatch.close();
  }

  private static List<Action> broken() {
    throw new StackOverflowError("made by a test");
  }

  private void assertAtWork() {
    dispatch.accept(1, OnWorkerLost.RERUN);
    dispatch.pool.awaitOffered(1);
  }

  @Test
  void whatFollowsAMistakeOfTheSchedulerIsDone() {
    dispatch.engine.bring((_, _) -> broken(), _ -> ran.add("after"));

    assertThat(ran).containsExactly("after");
    assertAtWork();
  }

  @Test
  void whatFollowsAMistakeOfWhoeverBroughtSomethingIsDone() {
    dispatch.engine.bring(
        (_, _) -> broken(),
        _ -> {
          ran.add("after");
          throw new AssertionError("made by a test");
        });

    assertThat(ran).containsExactly("after");
    assertAtWork();
  }

  @Test
  void whoBroughtResultsOfNoJobGoesOn() {
    Action append =
        new Action.Append(Jobs.order(1).job().id(), List.of(), Standing.of(JobState.QUEUED));
    dispatch.engine.bring((_, _) -> List.of(append), _ -> ran.add("after"));

    assertThat(ran).containsExactly("after");
    assertAtWork();
  }

  @Test
  void whatIsToBeDoneAboutOthersIsDone() {
    LiveJob job = dispatch.accept(1, OnWorkerLost.RERUN);
    Standing queued = Standing.of(JobState.QUEUED);
    Action ofNone = new Action.Append(Jobs.order(1).job().id(), List.of(), queued);
    Action ofAJob = new Action.Append(job.id(), List.of(), queued);
    dispatch.store.script.add(ScriptedStore::takesAll);

    dispatch.engine.bring((_, _) -> List.of(ofNone, ofAJob), taken -> ran.add("after " + taken));

    Wait.untilSeen("the other one's is stored", () -> ran.contains("after true"));
    assertThat(dispatch.store.commits).hasSize(1);
  }

  @Test
  void whatAPoolFailedToTakeIsOfferedAgain() {
    dispatch.pool.breakDown();
    dispatch.accept(1, OnWorkerLost.RERUN);
    dispatch.pool.awaitFailed(1);

    dispatch.pool.mend();

    dispatch.pool.awaitOffered(1);
  }

  @Test
  void whatMayRunOnlyOnceAndAPoolFailedToTakeIsOfferedAgain() {
    for (int i = 0; i < 20; i++) {
      dispatch.store.script.add(ScriptedStore::takesAll);
    }
    dispatch.pool.breakDown();
    dispatch.accept(1, new OnWorkerLost(false, 1));
    dispatch.pool.awaitFailed(1); // on the thread that commits what notes its begin

    dispatch.pool.mend();

    dispatch.pool.awaitOffered(1);
  }

  /// As after a restart.
  @Test
  void whatIsTooLateIsNotHandedOut() {
    for (int i = 0; i < 20; i++) {
      dispatch.store.script.add(ScriptedStore::takesAll);
    }
    LiveJob job = dispatch.acceptLate(Instant.now().minusSeconds(1));
    dispatch.dispatcher.awaitDone();

    assertThat(dispatch.pool.offered()).isEmpty();
    assertThat(job.end.join().state()).isEqualTo(JobState.EXPIRED);
  }

  @Test
  void removalOfAJobIsNothingToTheSameOneBegunAnew() {
    LiveJob old = dispatch.accept(1, OnWorkerLost.RERUN);
    dispatch.pool.awaitOffered(1);
    dispatch.dispatcher.abandon(old); // which waits for the store

    LiveJob anew = dispatch.acceptAnew(old);
    for (int i = 0; i < 20; i++) {
      dispatch.store.script.add(ScriptedStore::takesAll);
    }
    dispatch.pool.awaitOffered(2).finish(Jobs.outcomes(0, 1, 10, Map.of()));

    assertThat(anew.end.join().state()).isEqualTo(JobState.SUCCEEDED);
  }

  @Test
  void whatIsDecidedOfAJobIsNothingToTheSameOneBegunAnew() {
    dispatch.pool.full(true);
    LiveJob old = dispatch.accept(2, OnWorkerLost.RERUN);
    dispatch.dispatcher.giveUp(old, () -> ran.add("lost"));
    LiveJob anew = dispatch.acceptAnew(old);

    dispatch.dispatcher.grow(old, new int[] {5});
    dispatch.dispatcher.abandon(old);
    dispatch.dispatcher.cancel(old, true);
    dispatch.dispatcher.giveUp(old, () -> ran.add("forgotten"));
    dispatch.dispatcher
        .awaitDone(); // the timer may be at work, which offers again what was refused
    assertThat(ran).containsExactly("lost", "forgotten");
    dispatch.pool.full(false);
    dispatch.look();

    dispatch.store.script.add(ScriptedStore::takesAll);
    dispatch.pool.awaitOffered(1).finish(Jobs.outcomes(0, 2, 10, Map.of()));
    assertThat(anew.end.join().counts().done()).isEqualTo(2);
  }

  @Test
  void aPauseThatWasNotTakenIsNotSaidToBe() {
    LiveJob job = dispatch.accept(1, OnWorkerLost.RERUN);
    dispatch.store.script.add(_ -> List.of(false)); // another node's

    CompletableFuture<Void> paused = dispatch.dispatcher.pause(job);

    assertThatThrownBy(paused::join).hasCauseInstanceOf(Refused.class);
  }
}
