package dev.manyhands.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.job.JobState;
import dev.manyhands.job.OnWorkerLost;
import dev.manyhands.job.Standing;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Mistakes of this project's own cost the event that led to them, and nothing else.
@Timeout(60)
class DispatcherTest {
  private final ScriptedDispatch dispatch = new ScriptedDispatch();
  private final List<String> ran = new ArrayList<>();

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
    dispatch.dispatcher.bring((_, _) -> broken(), () -> ran.add("after"));

    assertThat(ran).containsExactly("after");
    assertAtWork();
  }

  @Test
  void whatFollowsAMistakeOfWhoeverBroughtSomethingIsDone() {
    dispatch.dispatcher.bring(
        (_, _) -> broken(),
        () -> {
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
    dispatch.dispatcher.bring((_, _) -> List.of(append), () -> ran.add("after"));

    assertThat(ran).containsExactly("after");
    assertAtWork();
  }
}
