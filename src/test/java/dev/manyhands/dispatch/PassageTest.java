package dev.manyhands.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.job.DependsOn;
import dev.manyhands.job.Reason;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The job takes the values of two others, which have none, as one input each.
class PassageTest {
  private static final DependsOn TWO =
      new DependsOn(
          List.of(Jobs.order(1).job().id(), Jobs.order(1).job().id()),
          DependsOn.Inputs.WHOLE,
          DependsOn.OnFailed.RUN);

  private final ScriptedStore store = new ScriptedStore();
  private final ResultWriter writer = new ResultWriter(store, List.of(), Duration.ZERO);
  private final Retention retention =
      new Retention(store, writer, new RecentJobs(), InstantSource.system());
  private final Passage passage = new Passage(new Feed(store, 1000), writer, retention);
  private final List<String> told = new ArrayList<>();

  private final Barrier.Gate gate =
      new Barrier.Gate() {
        @Override
        public void open(LiveJob job) {
          told.add("open");
        }

        @Override
        public void seal(LiveJob job) {
          told.add("seal");
        }

        @Override
        public void cancel(LiveJob job, Reason why) {
          told.add("cancel: " + why.kind());
        }
      };

  @AfterEach
  void close() {
    retention.close();
  }

  private static Inflow inflow(int maxInputs) {
    return new Inflow(
        0,
        maxInputs,
        new Ahead(Long.MAX_VALUE),
        Duration.ofHours(1),
        (_, _, done, _) -> done.accept(true));
  }

  private void pass(Inflow inflow) {
    LiveJob job =
        new LiveJob(
            Jobs.depending(Jobs.order(0), TWO), 1, inflow, false, new TailRoom(TailRoom.MAX_BYTES));
    passage.let(new Dependent(job, gate), new Dependents.Fate.Passes());
  }

  @Test
  void aJobThatHasAllOfItsInputsIsSealed() {
    pass(inflow(2));

    assertThat(told).containsExactly("seal");
  }

  @Test
  void aJobThatTheValuesDoNotFitIsCancelled() {
    pass(inflow(1));

    assertThat(told).containsExactly("cancel: INPUTS");
  }

  /// On this node it may have been begun anew.
  @Test
  void whoFedAJobThatItsNodeHasLostDoesNothingMore() {
    Inflow lost = inflow(2);
    lost.leave();

    pass(lost);

    assertThat(told).isEmpty();
  }
}
