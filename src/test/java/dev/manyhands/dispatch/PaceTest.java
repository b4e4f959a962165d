package dev.manyhands.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PaceTest {
  private static final long MILLI = 1_000_000;

  @Test
  void firstChunkHasOneTask() {
    assertThat(new Pace(0).next(1000, 2)).isEqualTo(1);
  }

  @Test
  void chunkGrowsToTwentyMillisecondsOfWork() {
    Pace pace = new Pace(0);
    pace.measured(1, MILLI);

    assertThat(pace.next(1000, 2)).isEqualTo(20);
  }

  @Test
  void manyWorkersGetLongerChunks() {
    Pace pace = new Pace(0);
    pace.measured(1, 50 * MILLI);

    assertThat(pace.next(100_000, 8)).isEqualTo(1);
    assertThat(pace.next(100_000, 40)).isEqualTo(2);
    assertThat(pace.next(100_000, 10_000)).as("but none is longer than 200 ms").isEqualTo(4);
  }

  @Test
  void chunksShrinkNearTheEnd() {
    Pace pace = new Pace(0);
    pace.measured(1, 50 * MILLI);

    assertThat(pace.next(1000, 200)).isEqualTo(2);
    assertThat(pace.next(300, 200)).isEqualTo(1);
  }

  @Test
  void clientsOwnSizeStands() {
    Pace pace = new Pace(7);
    pace.measured(7, MILLI);

    assertThat(pace.next(1000, 2)).isEqualTo(7);
  }
}
