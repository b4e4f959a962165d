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

  @Test
  void noMoreAreRememberedThanTheBound() {
    for (int i = 0; i <= HeardNodes.MAX; i++) {
      hear("node-" + i, 1, false, 0);
    }

    assertThat(nodes.all()).hasSize(HeardNodes.MAX);
  }
}
