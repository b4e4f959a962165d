package dev.manyhands.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.job.InputBlock;
import dev.manyhands.job.JobId;
import dev.manyhands.job.JsonLines;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class InputCacheTest {
  private static final JobId JOB = new JobId("job_" + "0".repeat(26));

  private final ScriptedStore store = new ScriptedStore();

  @Test
  void anyRunOfABlockIsFound() {
    InputBlock block = block(0, 2_000);
    IndexedInputs indexed = new IndexedInputs(block.inputs());
    Random random = new Random(7);
    for (int i = 0; i < 500; i++) {
      int skip = random.nextInt(2_000);
      int n = 1 + random.nextInt(2_000 - skip);
      assertThat(indexed.slice(skip, n).toString()).isEqualTo(lines(skip, skip + n));
    }
  }

  @Test
  void aBlockWhoseLinesFillTheLastMarkIsFound() {
    IndexedInputs indexed = new IndexedInputs(block(0, 512).inputs());

    assertThat(indexed.slice(0, 512).toString()).isEqualTo(lines(0, 512));
    assertThat(indexed.slice(511, 1).toString()).isEqualTo("511\n");
  }

  @Test
  void aNewJobsInputsAreNotReadBack() {
    InputCache cache = new InputCache(store, 1 << 20);
    cache.offer(JOB, block(0, 10));

    assertThat(cache.read(JOB, 0, 3, 2).toString()).isEqualTo("3\n4\n");
    assertThat(store.reads).isEmpty();
  }

  @Test
  void whatDidNotFitIsReadBackOnce() {
    InputCache cache = new InputCache(store, 100);
    cache.offer(JOB, block(0, 30));
    cache.offer(JOB, block(30, 30));
    store.inputs.put(30, block(30, 30));

    assertThat(cache.read(JOB, 30, 31, 1).toString()).isEqualTo("31\n");
    assertThat(cache.read(JOB, 30, 32, 1).toString()).isEqualTo("32\n");
    assertThat(store.reads).containsExactly(30);
  }

  @Test
  void aBlockLeavesWhenItsLastInputWasHandedOut() {
    InputCache cache = new InputCache(store, 1 << 20);
    cache.offer(JOB, block(0, 10));
    store.inputs.put(0, block(0, 10));
    cache.read(JOB, 0, 5, 5);
    cache.read(JOB, 0, 0, 1);

    assertThat(store.reads).containsExactly(0);
  }

  @Test
  void anEndedJobLeavesNothing() {
    InputCache cache = new InputCache(store, 1 << 20);
    cache.offer(JOB, block(0, 10));
    cache.forget(JOB);
    store.inputs.put(0, block(0, 10));
    cache.read(JOB, 0, 0, 1);

    assertThat(store.reads).containsExactly(0);
  }

  /// A task of a job that ran ahead of its commit is tried again.
  @Test
  void aHeldBlockIsReadAgainThoughTheStoreDoesNotHaveIt() {
    InputCache cache = new InputCache(store, 5);
    cache.hold(JOB, block(0, 10));
    cache.read(JOB, 0, 0, 10);

    assertThat(cache.read(JOB, 0, 9, 1).toString()).isEqualTo("9\n");
    assertThat(cache.look(JOB, 0, 8, 1).toString()).isEqualTo("8\n");
    assertThat(store.reads).isEmpty();
  }

  @Test
  void aBlockThatIsCommittedIsHeldNoLonger() {
    InputCache cache = new InputCache(store, 1 << 20);
    cache.hold(JOB, block(0, 10));
    cache.release(JOB, block(0, 10));
    store.inputs.put(0, block(0, 10));
    cache.read(JOB, 0, 0, 1);

    assertThat(store.reads).containsExactly(0);
  }

  private static InputBlock block(int first, int count) {
    return new InputBlock(first, JsonLines.of(lines(first, first + count)));
  }

  private static String lines(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> i + "\n").collect(Collectors.joining());
  }
}
