package dev.manyhands.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.job.Ranges;
import org.junit.jupiter.api.Test;

class SentTest {
  private final Sent sent = new Sent();

  @Test
  void neighboursAreOneRun() {
    sent.taken(3, 2);
    sent.taken(5, 1);

    assertThat(sent.receipt()).isEqualTo(new Receipt(3, 3));
    assertThat(sent.receipt().isMixed()).isFalse();
  }

  @Test
  void thereIsRoomForSoManyRunsAndThenForNone() {
    for (int i = 0; i < Receipt.MOST_RUNS; i++) {
      sent.taken(2 * i, 1);
    }
    Receipt most = sent.receipt();
    assertThat(most.runs()).hasSize(Receipt.MOST_RUNS).contains(new Ranges.Range(2, 3));

    sent.taken(2 * Receipt.MOST_RUNS, 1);
    sent.taken(2 * Receipt.MOST_RUNS + 2, 1);

    assertThat(sent.receipt().runs()).isEmpty();
    assertThat(sent.receipt().isMixed()).isTrue();
    assertThat(sent.receipt().count()).isEqualTo(Receipt.MOST_RUNS + 2);
  }
}
