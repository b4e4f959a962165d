package dev.manyhands.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.job.JsonLines;
import dev.manyhands.job.Logged;
import dev.manyhands.job.Outcome;
import dev.manyhands.job.Outcomes;
import dev.manyhands.job.ResultBlock;
import dev.manyhands.job.RunTimes;
import dev.manyhands.job.Stint;
import java.util.List;
import org.junit.jupiter.api.Test;

class TailTest {
  /// Room for ten blocks without bytes of their own.
  private final TailRoom room = new TailRoom(10 * 1024);

  private final Tail tail = new Tail(room);

  @Test
  void nothingIsKeptWhileNobodyReads() {
    add(0, 0, 5);

    assertThat(room.bytes()).isZero();
    assertThat(tail.byCompletion(0, 4)).isEmpty();
  }

  @Test
  void blocksAreFoundByPlaceAndByIndex() {
    tail.enter();
    add(0, 10, 5);
    add(5, 0, 10);

    assertThat(seqs(tail.byCompletion(0, 4))).containsExactly(0L, 5L);
    assertThat(seqs(tail.byCompletion(7, 4))).containsExactly(5L);
    assertThat(seqs(tail.byIndex(3, 4))).containsExactly(5L, 0L);
    assertThat(seqs(tail.byIndex(12, 4))).containsExactly(0L);
    assertThat(tail.byIndex(15, 4)).isEmpty();
    assertThat(tail.byCompletion(0, 1)).hasSize(1);
  }

  @Test
  void whatIsNotHereIsLeftToTheStore() {
    tail.enter();
    add(100, 100, 5);
    add(110, 200, 5);

    assertThat(tail.byCompletion(50, 4)).isEmpty();
    assertThat(seqs(tail.byCompletion(100, 4))).as("up to the gap").containsExactly(100L);
    assertThat(tail.byCompletion(105, 4)).isEmpty();
  }

  @Test
  void theOldestBlocksOfAllJobsMakeRoom() {
    Tail other = new Tail(room);
    other.enter();
    other.add(0, block(0, 1));
    tail.enter();
    for (int i = 0; i < 10; i++) {
      add(i, i, 1);
    }

    assertThat(other.byCompletion(0, 1)).isEmpty();
    assertThat(tail.byCompletion(0, 20)).hasSize(10);
    assertThat(room.bytes()).isEqualTo(10 * 1024);
  }

  @Test
  void theLastReaderToLeaveTakesEverythingAlong() {
    tail.enter();
    tail.enter();
    add(0, 0, 1);
    tail.leave();
    assertThat(tail.byCompletion(0, 1)).hasSize(1);

    tail.leave();

    assertThat(tail.byCompletion(0, 1)).isEmpty();
    assertThat(room.bytes()).isZero();
  }

  @Test
  void aBlockWithALargeValueIsLeftToTheStoreWhichKeepsItApart() {
    TailRoom large = new TailRoom(TailRoom.MAX_BYTES);
    Tail roomy = new Tail(large);
    roomy.enter();
    roomy.add(0, values("1\n".repeat(100_000)));
    roomy.add(100_000, values("1\n\"" + "x".repeat(70_000) + "\"\n2\n"));

    assertThat(roomy.byCompletion(0, 4)).hasSize(1);
    assertThat(roomy.byCompletion(100_000, 4)).isEmpty();
  }

  private static ResultBlock values(String lines) {
    JsonLines values = JsonLines.of(lines);
    RunTimes times = RunTimes.of(values.count(), 1);
    Stint stint = new Stint("threads-1", Jobs.NOON, Jobs.NOON);
    return new ResultBlock.Ran(1, new Outcomes(0, values, List.of(), times, List.of(), stint));
  }

  private void add(long seq, int first, int count) {
    tail.add(seq, block(first, count));
  }

  private static ResultBlock block(int first, int count) {
    return new ResultBlock.Unrun(first, count, Outcome.SKIPPED);
  }

  private static List<Long> seqs(List<Logged> blocks) {
    return blocks.stream().map(Logged::seq).toList();
  }
}
