package dev.manyhands.dispatch;

import dev.manyhands.job.InputBlock;
import java.util.Arrays;

/// Where each block of a submission starts, and what all of them come to. Used by one thread.
final class Starts {
  private int[] starts = new int[8];
  private int count;
  private int total;
  private long bytes;

  /// The next block, which starts where the last one ends.
  void add(InputBlock block) {
    if (block.first() != total) {
      throw new IllegalArgumentException(
          "expected a block at " + total + ", got: " + block.first());
    }
    if (count == starts.length) {
      starts = Arrays.copyOf(starts, count * 2);
    }
    starts[count++] = block.first();
    total += block.count();
    bytes += block.inputs().length();
  }

  /// Inputs.
  int total() {
    return total;
  }

  /// Of all inputs.
  long bytes() {
    return bytes;
  }

  int[] toArray() {
    return Arrays.copyOf(starts, count);
  }
}
