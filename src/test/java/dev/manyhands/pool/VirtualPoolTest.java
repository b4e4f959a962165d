package dev.manyhands.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.job.Function;
import org.junit.jupiter.api.Test;

final class VirtualPoolTest extends JavaPoolContract {
  @Override
  JavaPool open(int size, JavaPool.Shared shared) {
    return new VirtualPool("virtual", size, shared);
  }

  @Override
  TaskFunction.Nature nature() {
    return TaskFunction.Nature.WAITS;
  }

  /// Java takes no virtual thread off its core: some that compute, and nobody is answered any more.
  @Test
  void whatComputesTakesNoVirtualThread() {
    pool().offer(chunk(new Function.Java("thread"), 0, 1), sink());
    pool().offer(chunk(new Function.Java("computing-thread"), 1, 1), sink());
    sink().untilEnded(2);

    assertThat(sink().task(0).value()).isEqualTo("true");
    assertThat(sink().task(1).value()).isEqualTo("false");
  }
}
