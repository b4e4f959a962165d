package dev.manyhands.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;

class FrontierTest {
  @RepeatedTest(50)
  void itIsTheFirstGap() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    Frontier frontier = new Frontier();
    BitSet done = new BitSet();
    int total = 300;
    while (done.cardinality() < total) {
      int first = done.nextClearBit(random.nextInt(total));
      if (first >= total) {
        continue;
      }
      int next = done.nextSetBit(first);
      int room = (next < 0 ? total : next) - first;
      int count = 1 + random.nextInt(Math.min(room, 9));
      frontier.add(first, count);
      done.set(first, first + count);
      assertThat(frontier.end()).as("seed %d", seed).isEqualTo(done.nextClearBit(0));
    }
  }
}
