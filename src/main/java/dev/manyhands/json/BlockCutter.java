package dev.manyhands.json;

import dev.manyhands.job.InputBlock;
import dev.manyhands.job.JsonLines;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;

/// Gathers values into blocks of about [InputBlock#TARGET_BYTES] and hands each on as soon as it is
/// full.
public final class BlockCutter {
  /// Most jobs are small: the first block starts so, and doubles.
  private static final int FIRST_BYTES = 1024;

  /// A little more than the target, since a block ends with the value that goes beyond it.
  private static final int NEXT_BYTES = InputBlock.TARGET_BYTES + 4096;

  private final Consumer<InputBlock> blocks;
  private byte[] bytes = new byte[FIRST_BYTES];
  private int length;
  private int first;
  private int count;

  public BlockCutter(Consumer<InputBlock> blocks) {
    this.blocks = blocks;
  }

  /// How many values came so far.
  public int total() {
    return first + count;
  }

  /// Adds one value.
  ///
  /// @param lines whether it may hold line breaks, which then stand between tokens and become
  ///   spaces
  void add(byte[] from, int offset, int valueLength, boolean lines) {
    int needed = length + valueLength + 1;
    grow(needed);
    System.arraycopy(from, offset, bytes, length, valueLength);
    if (lines) {
      joinLines(length, length + valueLength);
    }
    bytes[length + valueLength] = '\n';
    length = needed;
    count++;
    if (length >= InputBlock.TARGET_BYTES) {
      flush(NEXT_BYTES);
    }
  }

  /// Adds a run of values that were cut out before.
  public void add(JsonLines values) {
    int start = values.offset();
    addLines(values.bytes(), start, start + values.length(), values.count());
  }

  /// Adds values that stand as lines already.
  ///
  /// @param lines of them that end in `to`
  void addLines(byte[] from, int start, int end, int lines) {
    int at = start;
    int left = lines;
    while (left > 0) {
      int room = InputBlock.TARGET_BYTES - length;
      int stop = at + room >= end ? end : lineStartFrom(from, at + room);
      int taken = stop == end ? left : LineBytes.count(from, at, stop);
      append(from, at, stop - at, taken);
      at = stop;
      left -= taken;
    }
  }

  /// The first start of a line from `at` on.
  private static int lineStartFrom(byte[] from, int at) {
    int i = at;
    while (from[i - 1] != '\n') {
      i++;
    }
    return i;
  }

  private void append(byte[] from, int start, int n, int lines) {
    grow(length + n);
    System.arraycopy(from, start, bytes, length, n);
    length += n;
    count += lines;
    if (length >= InputBlock.TARGET_BYTES) {
      flush(NEXT_BYTES);
    }
  }

  private void grow(int needed) {
    if (needed > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(needed, Math.min(2 * bytes.length, NEXT_BYTES)));
    }
  }

  private void joinLines(int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] == '\n' || bytes[i] == '\r') {
        bytes[i] = ' ';
      }
    }
  }

  /// Whether there is a block that is not full.
  boolean hasPart() {
    return count > 0;
  }

  /// The block that is not full, which then begins anew; the memory of a small one is as small.
  Optional<InputBlock> takePart() {
    if (count == 0) {
      return Optional.empty();
    }
    InputBlock part =
        new InputBlock(first, new JsonLines(Arrays.copyOf(bytes, length), 0, length, count));
    first += count;
    length = 0;
    count = 0;
    return Optional.of(part);
  }

  /// Hands on what is left.
  public void end() {
    if (count > 0) {
      flush(0);
    }
  }

  private void flush(int nextBytes) {
    blocks.accept(new InputBlock(first, new JsonLines(bytes, 0, length, count)));
    first += count;
    bytes = new byte[nextBytes];
    length = 0;
    count = 0;
  }
}
