package dev.manyhands.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.testkit.Wait;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class BacklogTest {
  private static final int MOST = 64 << 10;

  private final Backlog backlog = new Backlog(MOST);

  @Test
  void whoBringsMoreThanThereIsRoomForWaitsUntilSomeIsWritten() throws Exception {
    int first = backlog.enter(MOST / 2);
    CompletableFuture<Integer> second = new CompletableFuture<>();
    Thread bringer = bring(MOST / 2, second);

    Wait.untilSeen("the second one waits", () -> bringer.getState() == Thread.State.WAITING);
    assertThat(second).isNotDone();

    backlog.leave(first);
    backlog.leave(second.get());
  }

  /// It would wait for ever, since there is never so much room.
  @Test
  void whatIsLargerThanAllOfItEntersAlone() throws Exception {
    int large = backlog.enter(100L * MOST);
    CompletableFuture<Integer> next = new CompletableFuture<>();
    Thread bringer = bring(1, next);

    Wait.untilSeen("the next one waits", () -> bringer.getState() == Thread.State.WAITING);

    backlog.leave(large);
    backlog.leave(next.get());
  }

  /// Empty values have a weight too, so that their number is bounded.
  @Test
  void whatHasNoBytesTakesRoomAllTheSame() {
    for (int i = 0; i < MOST >> 10; i++) {
      assertThat(backlog.enter(0)).isOne();
    }
    CompletableFuture<Integer> next = new CompletableFuture<>();
    Thread bringer = bring(0, next);

    Wait.untilSeen("the next one waits", () -> bringer.getState() == Thread.State.WAITING);
    backlog.leave(1);
    assertThat(next.join()).isOne();
  }

  private Thread bring(long bytes, CompletableFuture<Integer> entered) {
    return Thread.ofPlatform().daemon().start(() -> entered.complete(backlog.enter(bytes)));
  }
}
