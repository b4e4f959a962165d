package dev.manyhands.pool;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SilenceTest {
  private static final int LOOKS = (int) Silence.LONGEST.dividedBy(Silence.LOOK);
  private static final BlameCell.Claim IDLE = new BlameCell.Claim(-1, 3, 0);

  private final Silence silence = new Silence();

  @Test
  void aWorkerThatRunsNothingAndSaysNothingIsSilentForTooLong() {
    assertThat(lasts(IDLE, true, LOOKS)).isFalse();
    assertThat(silence.isTooLong(IDLE, true)).isTrue();
  }

  @Test
  void aTaskMayRunAsLongAsItWill() {
    assertThat(lasts(new BlameCell.Claim(7, 3, 0), true, 1000)).isFalse();
  }

  /// Its answers wait on this side, as they do while the disk is full.
  @Test
  void whoIsNotHeardIsNotSilent() {
    assertThat(lasts(IDLE, false, 1000)).isFalse();
    assertThat(lasts(IDLE, true, LOOKS - 1)).isFalse();
    assertThat(lasts(IDLE, false, 1)).isFalse();
    assertThat(lasts(IDLE, true, LOOKS - 1)).isFalse();
  }

  @Test
  void whoGoesOnIsNotSilent() {
    for (int shelved = 0; shelved < 1000; shelved++) {
      assertThat(silence.isTooLong(new BlameCell.Claim(-1, 3, shelved), true)).isFalse();
    }
  }

  /// Whether one of so many looks finds it silent for too long.
  private boolean lasts(BlameCell.Claim claim, boolean isHeard, int looks) {
    boolean found = false;
    for (int look = 0; look < looks; look++) {
      found |= silence.isTooLong(claim, isHeard);
    }
    return found;
  }
}
