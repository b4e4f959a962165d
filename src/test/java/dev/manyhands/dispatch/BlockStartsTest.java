package dev.manyhands.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class BlockStartsTest {
  @Test
  void blocksAreFoundAsTheyGrow() {
    BlockStarts blocks = new BlockStarts(new int[] {0, 10}, 15);
    blocks.add(5, 0);

    assertThat(blocks.blockOf(9)).isZero();
    assertThat(blocks.blockOf(14)).isEqualTo(10);
    assertThat(blocks.blockEnd(14)).isEqualTo(15);
    assertThat(blocks.blockOf(19)).isEqualTo(15);
    assertThat(blocks.blockEnd(19)).isEqualTo(20);
    assertThatThrownBy(() -> blocks.blockOf(20)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aJobThatRunsAsFastAsItGrowsNeedsNoMoreMemory() {
    BlockStarts blocks = new BlockStarts(new int[0], 0);
    for (int i = 0; i < 1_000_000; i++) {
      blocks.add(1, i - 3);
    }

    assertThat(blocks.size()).isLessThan(20);
    assertThat(blocks.blockOf(999_995)).isEqualTo(999_995);
    assertThat(blocks.blockEnd(999_999)).isEqualTo(1_000_000);
  }

  @Test
  void whatIsWantedIsNeverForgotten() {
    BlockStarts blocks = new BlockStarts(new int[0], 0);
    for (int i = 0; i < 1000; i++) {
      blocks.add(2, 101);
    }

    assertThat(blocks.blockOf(101)).isEqualTo(100);
    assertThat(blocks.blockOf(1999)).isEqualTo(1998);
  }
}
