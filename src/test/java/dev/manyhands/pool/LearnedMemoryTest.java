package dev.manyhands.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.job.Function;
import org.junit.jupiter.api.Test;

/// What a pool knows of the memory of its functions.
class LearnedMemoryTest {
  private final LearnedMemory memory = new LearnedMemory();

  @Test
  void theHighestPeakOfAFunctionStays() {
    memory.peak(new Function.Java("a"), 5);
    memory.peak(new Function.Java("b"), 7);
    memory.peak(new Function.Java("a"), 9);
    memory.peak(new Function.Java("a"), 3);
    memory.ranOut(new Function.Java("b"));
    assertThat(memory.functions())
        .containsExactly(
            new FunctionMemory(new Function.Java("a").label(), 9, 0),
            new FunctionMemory(new Function.Java("b").label(), 7, 1));
  }

  @Test
  void whatHasNotRunForTheLongestTimeIsForgotten() {
    for (int i = 0; i < LearnedMemory.MOST; i++) {
      memory.peak(new Function.Java("f" + i), i);
    }
    memory.peak(new Function.Java("f0"), 1);
    memory.peak(new Function.Java("new"), 1);
    assertThat(memory.functions())
        .hasSize(LearnedMemory.MOST)
        .extracting(FunctionMemory::function)
        .contains(new Function.Java("f0").label(), new Function.Java("new").label())
        .doesNotContain(new Function.Java("f1").label());
  }
}
