package dev.manyhands.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HeardNodesTest {
  private final HeardNodes nodes = new HeardNodes("me");

  private void hear(String node, int workers, boolean leaving, long nowNanos) {
    nodes.heard(
        new Announcement(node, List.of("worker"), Map.of("threads", workers), List.of(), leaving),
        nowNanos);
  }

  @Test
  void theWorkersOfAllNodesCount() {
    hear("a", 2, false, 0);
    hear("b", 3, false, 0);
    hear("b", 4, false, 1);

    assertThat(nodes.slots("threads")).isEqualTo(6);
    assertThat(nodes.slots("processes")).isZero();
  }

  @Test
  void whoLeavesOrIsSilentIsForgotten() {
    hear("a", 2, false, 0);
    hear("b", 2, false, 0);
    hear("c", 2, false, 5);
    hear("a", 0, true, 6);
    nodes.forget(Duration.ofNanos(5), 6);

    assertThat(nodes.knows("a")).isFalse();
    assertThat(nodes.knows("b")).isFalse();
    assertThat(nodes.knows("c")).isTrue();
    assertThat(nodes.slots("threads")).isEqualTo(2);
  }

  private static final Duration PATIENCE = Duration.ofNanos(10);

  private boolean isAnyMissing(long nowNanos) {
    return nodes.isAnyMissing(Duration.ofNanos(100), nowNanos);
  }

  @Test
  void whoWasHereWhenTheBrokerWasLostIsMissedUntilItIsHeardOrTimeIsOver() {
    hear("a", 2, false, 0);
    hear("b", 2, false, 0);
    nodes.brokerCameBack(1);
    hear("a", 2, false, 2);
    assertThat(isAnyMissing(3)).isTrue();
    hear("b", 2, false, 3);
    assertThat(isAnyMissing(3)).isFalse();

    nodes.brokerCameBack(4);
    nodes.waitAnew(50);
    assertThat(isAnyMissing(150)).isTrue();
    assertThat(isAnyMissing(151)).isFalse();
  }

  @Test
  void whoWasSilentWhileThisNodeHeardNothingIsMissed() {
    hear("me", 0, false, 0);
    hear("a", 2, false, 0);
    nodes.forget(PATIENCE, 11);

    assertThat(nodes.knows("a")).isFalse();
    assertThat(isAnyMissing(12)).isTrue();
    hear("me", 0, false, 13);
    hear("a", 2, true, 13);
    assertThat(isAnyMissing(14)).isFalse();
  }

  @Test
  void whoAloneIsSilentIsGone() {
    hear("a", 2, false, 0);
    hear("me", 0, false, 10);
    nodes.forget(PATIENCE, 11);

    assertThat(isAnyMissing(12)).isFalse();
  }

  @Test
  void aNodeOfAnotherVersionIsKnownForAWhile() {
    nodes.heardOther(2, 0);

    assertThat(nodes.otherVersion(PATIENCE, 10)).hasValue(2);
    assertThat(nodes.otherVersion(PATIENCE, 11)).isEmpty();
  }

  @Test
  void noMoreAreRememberedThanTheBound() {
    for (int i = 0; i <= HeardNodes.MAX; i++) {
      hear("node-" + i, 1, false, 0);
    }

    assertThat(nodes.all()).hasSize(HeardNodes.MAX);
  }
}
