package dev.manyhands.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.testkit.Cluster;
import dev.manyhands.testkit.RunningService;
import dev.manyhands.testkit.Wait;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Two faults that come together cost no result either, and run nothing again that neither of them
/// interrupted.
@Timeout(400)
class FaultsTogetherIT extends FourNodesContract {
  private static final Duration THREE_LEASES = Cluster.LEASE.multipliedBy(3);

  /// The tests wait until one runs out.
  @Override
  Duration lease() {
    return Cluster.LEASE;
  }

  /// As when their machine is. The leases of both owners may run out meanwhile.
  @Test
  void theBrokerAndTheDatabaseAreRestarted() throws Exception {
    trial.begin();
    four.rabbit().kill();
    four.postgres().restart();
    four.rabbit().startAgain();
    trial.strikes("kill -9 of broker and database", 4 * IN_HAND);
    trial.endsWell();
    assertThat(trial.crashed()).isLessThanOrEqualTo(2 * IN_HAND);
  }

  @Test
  void anOwnerStandsStillWhoseChunksAreOut() throws Exception {
    RunningService frozen = four.node("b");
    int losses = losses(frozen);
    trial.begin();
    frozen.freeze();
    trial.strikes("an owner stands still", 2 * IN_HAND);
    passes(THREE_LEASES);
    frozen.thaw();
    Wait.untilSeen("it knows that it lost them", () -> losses(frozen) > losses);
    trial.endsWell();
    assertThat(trial.crashed()).isLessThanOrEqualTo(IN_HAND);
  }

  @Test
  void aWorkerNodeIsKilledWhileAnOwnerStandsStill() throws Exception {
    RunningService frozen = four.node("b");
    int losses = losses(frozen);
    trial.begin();
    frozen.freeze();
    four.node("c").kill();
    trial.strikes("a worker node is killed while an owner stands still", 3 * IN_HAND);
    passes(THREE_LEASES);
    frozen.thaw();
    Wait.untilSeen("it knows that it lost them", () -> losses(frozen) > losses);
    four.beginAgain("c");
    trial.endsWell();
    assertThat(trial.crashed()).isLessThanOrEqualTo(2 * IN_HAND);
  }

  @Test
  void aWorkerNodeIsKilledWhileTheBrokerIsAway() throws Exception {
    trial.begin();
    four.rabbit().stop();
    four.node("c").kill();
    trial.strikes("a worker node is killed while the broker is away", IN_HAND);
    four.rabbit().startAgain();
    trial.strikes("the broker is back", 0);
    four.beginAgain("c");
    trial.endsWell();
    assertThat(trial.crashed()).isLessThanOrEqualTo(IN_HAND);
  }

  /// Its outcomes find no queue when the broker is back, or one that nobody reads.
  @Test
  void anOwnerIsKilledWhileTheBrokerIsAway() throws Exception {
    trial.begin();
    four.rabbit().stop();
    four.node("b").kill();
    trial.strikes("an owner is killed while the broker is away", 2 * IN_HAND);
    passes(THREE_LEASES);
    four.rabbit().startAgain();
    trial.strikes("the broker is back", 0);
    trial.endsWell();
    assertThat(trial.crashed()).isLessThanOrEqualTo(IN_HAND);
    four.beginAgain("b");
  }

  /// It loses its jobs, and hears outcomes of their chunks all the while.
  @Test
  void anOwnerDoesNotHearTheDatabaseForThreeLeases() throws Exception {
    isCutOff(() -> four.databaseWire("b").holdAnswers(), "an owner does not hear the database");
  }

  @Test
  void theDatabaseDoesNotHearAnOwnerForThreeLeases() throws Exception {
    isCutOff(() -> four.databaseWire("b").holdQuestions(), "the database does not hear an owner");
  }

  /// And hears and says all that was held when it is there again.
  @Test
  void anOwnerIsCutOffFromAllForThreeLeases() throws Exception {
    isCutOff(
        () -> {
          four.databaseWire("b").holdQuestions();
          four.databaseWire("b").holdAnswers();
          four.wire("b").holdQuestions();
          four.wire("b").holdAnswers();
        },
        "an owner is cut off");
  }

  private void isCutOff(Runnable cut, String fault) throws Exception {
    RunningService lonely = four.node("b");
    int losses = losses(lonely);
    trial.begin();
    cut.run();
    trial.cutsOff(fault);
    passes(THREE_LEASES);
    four.mend();
    Wait.untilSeen("it knows that it lost them", () -> losses(lonely) > losses);
    trial.endsWell();
    assertThat(trial.crashed()).isLessThanOrEqualTo(IN_HAND);
  }

  private static int losses(RunningService node) {
    return node.log().split(" is lost, since", -1).length - 1;
  }

  private static void passes(Duration time) {
    long until = System.nanoTime() + time.toNanos();
    Wait.untilSeen(time + " have passed", () -> System.nanoTime() > until);
  }
}
