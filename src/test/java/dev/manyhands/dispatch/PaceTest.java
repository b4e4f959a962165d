package dev.manyhands.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PaceTest {
  private static final long MILLI = 1_000_000;

  private final Pace pace = new Pace(0, Pace.TARGET_NANOS);

  @Test
  void firstChunkHasOneTask() {
    assertThat(next(1000, 2)).isEqualTo(1);
  }

  @Test
  void chunkGrowsToAHundredMillisecondsOfWork() {
    pace.measured(4, 20 * MILLI);

    assertThat(next(1000, 2)).isEqualTo(20);
  }

  @Test
  void chunksThatHoldWhatOthersWaitForStayShort() {
    Pace brief = new Pace(0, Pace.SHORT_NANOS);
    brief.measured(4, 20 * MILLI);

    assertThat(brief.next(1000, 1000, 2)).isEqualTo(4);
  }

  @Test
  void manyWorkersGetLongerChunks() {
    pace.measured(1, 100 * MILLI);

    assertThat(next(100_000, 8)).isEqualTo(1);
    assertThat(next(100_000, 40)).isEqualTo(5);
    assertThat(next(100_000, 10_000)).as("but none is longer than a second").isEqualTo(10);
  }

  private void handedOver(int times, long nanos) {
    for (int i = 0; i < times; i++) {
      pace.handedOver(nanos);
    }
  }

  @Test
  void whereAHandOverTakesLongChunksAreLonger() {
    pace.measured(20, 200 * MILLI);
    handedOver(7, 5 * MILLI);
    assertThat(next(1000, 2)).as("it is not known yet").isEqualTo(10);
    handedOver(1, 500 * MILLI);

    assertThat(next(1000, 2)).as("forty times the least").isEqualTo(20);
    handedOver(1, MILLI);
    assertThat(next(1000, 2)).as("a short one costs nothing").isEqualTo(10);
  }

  @Test
  void noHandOverMakesAChunkLongerThanFourTimes() {
    pace.measured(40, 400 * MILLI);
    handedOver(8, 50 * MILLI);

    assertThat(next(1000, 2)).isEqualTo(40);
  }

  @Test
  void chunksThatHoldWhatOthersWaitForStayShortWhateverAHandOverTakes() {
    Pace brief = new Pace(0, Pace.SHORT_NANOS);
    brief.measured(4, 20 * MILLI);
    for (int i = 0; i < 8; i++) {
      brief.handedOver(50 * MILLI);
    }

    assertThat(brief.next(1000, 1000, 2)).isEqualTo(4);
  }

  @Test
  void fewWorkersGetSmallChunksNearTheEnd() {
    pace.measured(1, 10 * MILLI);

    assertThat(next(20, 2)).isEqualTo(5);
    assertThat(next(4, 2)).isEqualTo(1);
  }

  @Test
  void nearTheEndAChunkIsWorthItsHandOver() {
    pace.measured(20, 100 * MILLI);
    assertThat(next(4, 2)).as("it is not known what one takes").isEqualTo(1);
    handedOver(8, 5 * MILLI);

    assertThat(next(4, 2)).as("three times what it takes").isEqualTo(3);
    assertThat(next(40, 2)).as("more is shared as ever").isEqualTo(10);
  }

  @Test
  void manyWorkersGetAnEqualShareEach() {
    pace.measured(1, 50 * MILLI);

    assertThat(pace.next(1800, 1999, 200)).isEqualTo(9);
    assertThat(pace.next(9, 1990, 200)).as("the last as the first").isEqualTo(9);
  }

  @Test
  void clientsOwnSizeStands() {
    Pace fixed = new Pace(7, Pace.TARGET_NANOS);
    fixed.measured(7, MILLI);

    assertThat(fixed.next(1000, 1000, 2)).isEqualTo(7);
  }

  private int next(int pending, int workers) {
    return pace.next(pending, pending, workers);
  }
}
