package dev.manyhands.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.manyhands.job.Ranges;
import dev.manyhands.job.Refused;
import dev.manyhands.store.StoreFull;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class SentTest {
  private final Sent sent = new Sent();

  @Test
  void neighboursAreOneRun() {
    sent.taken(3, 2);
    sent.taken(5, 1);

    assertThat(sent.kept()).isEqualTo(new Receipt(3, 3));
    assertThat(sent.kept().isMixed()).isFalse();
  }

  @Test
  void thereIsRoomForSoManyRunsAndThenForNone() {
    for (int i = 0; i < Receipt.MOST_RUNS; i++) {
      sent.taken(2 * i, 1);
    }
    Receipt most = sent.kept();
    assertThat(most.runs()).hasSize(Receipt.MOST_RUNS).contains(new Ranges.Range(2, 3));

    sent.taken(2 * Receipt.MOST_RUNS, 1);
    sent.taken(2 * Receipt.MOST_RUNS + 2, 1);

    assertThat(sent.kept().runs()).isEmpty();
    assertThat(sent.kept().isMixed()).isTrue();
    assertThat(sent.kept().count()).isEqualTo(Receipt.MOST_RUNS + 2);
  }

  @Test
  void whatIsKeptIsKnownWhateverWasRefusedUnlessNobodyKnows() {
    Sent unknown = new Sent();
    sent.taken(0, 2);
    unknown.taken(0, 2);
    sent.refused(new StoreFull("no room", new IOException()));
    unknown.refused(new IllegalStateException("stored or not"));

    assertThat(sent.kept().count()).isEqualTo(2);
    assertThatThrownBy(sent::await).isInstanceOf(Refused.class);
    assertThatThrownBy(unknown::kept).hasMessage("stored or not");
  }
}
