package dev.manyhands.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.job.JsonLines;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What an owner answers to those who ask for an input.
@Timeout(180)
class LargeInputsTest {
  private static final int PIECE = 10;

  private final ScriptedPost post = new ScriptedPost();
  private final LargeInputs inputs = new LargeInputs(post, PIECE);
  private final AtomicInteger reads = new AtomicInteger();

  private JsonLines read() {
    reads.incrementAndGet();
    return JsonLines.of("0123456789".repeat(3) + "\n");
  }

  private Piece ask(int at, int kept) {
    inputs.answer(new Want("t", "worker-1", at), this::read);
    byte[] body = post.awaitKept(kept).body();
    return Piece.of(Parts.read(body, OutcomeMessage.PARTS)).orElseThrow();
  }

  @Test
  void whatIsAskedForPieceByPieceIsReadOnceAndForgottenWithTheLast() {
    for (int at = 0; at < 30; at += PIECE) {
      assertThat(ask(at, 1 + at / PIECE).bytes()).asString().isEqualTo("0123456789");
    }
    assertThat(reads).hasValue(1);
    assertThat(inputs.bytes()).isEqualTo(31);
    assertThat(ask(30, 4).bytes()).asString().isEqualTo("\n");
    assertThat(inputs.bytes()).isZero();

    assertThat(ask(30, 5).bytes()).as("it did not arrive").asString().isEqualTo("\n");
    assertThat(reads).hasValue(2);
  }

  @Test
  void whatSeveralAskForAtOnceIsReadOnceAndAnsweredOnce() throws Exception {
    CompletableFuture<Void> begun = new CompletableFuture<>();
    CompletableFuture<Void> goesOn = new CompletableFuture<>();
    Supplier<JsonLines> slow =
        () -> {
          begun.complete(null);
          goesOn.join();
          return read();
        };
    Thread first = Thread.startVirtualThread(() -> inputs.answer(new Want("t", "w", 0), slow));
    begun.join();
    inputs.answer(new Want("t", "w", 0), slow);
    assertThat(post.tries()).as("it is being answered").isZero();
    Thread other = Thread.startVirtualThread(() -> inputs.answer(new Want("t", "w", 10), slow));
    goesOn.complete(null);
    first.join();
    other.join();

    assertThat(reads).hasValue(1);
    assertThat(post.tries()).isEqualTo(2);
  }

  @Test
  void whatWasKeptWhenItsChunkWentOutIsNotReadAgain() {
    inputs.keep("t", read());
    inputs.keep("t", read());
    assertThat(ask(0, 1).total()).isEqualTo(31);

    assertThat(reads).hasValue(2);
    assertThat(inputs.bytes()).isEqualTo(31);
    inputs.forget("t"::equals);
    assertThat(inputs.bytes()).isZero();
  }

  @Test
  void theOldestMakeWay() {
    JsonLines large = JsonLines.of("x".repeat((40 << 20) - 1) + "\n");
    inputs.keep("a", large);
    inputs.keep("b", large);
    assertThat(inputs.bytes()).isEqualTo(40 << 20);
    inputs.keep("c", JsonLines.of("x".repeat((80 << 20) - 1) + "\n"));

    assertThat(inputs.bytes()).as("one is always kept").isEqualTo(80 << 20);
  }

  @Test
  void aPlaceOutsideOfTheInputIsNotAnswered() {
    inputs.answer(new Want("t", "worker-1", 31), this::read);
    inputs.answer(new Want("t", "worker-1", -1), this::read);

    assertThat(post.tries()).isZero();
    assertThat(post.told()).isEmpty();
  }

  @Test
  void aChunkWhoseInputIsGoneIsCalledBack() {
    inputs.answer(
        new Want("t", "worker-1", 0),
        () -> {
          throw new IllegalStateException("no inputs");
        });

    assertThat(Cancel.of(Parts.read(post.told().getFirst(), 0)))
        .isEqualTo(new Cancel("t", Cancel.WHOLE));
  }
}
