package dev.manyhands.dispatch;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Where each block of a job's inputs starts: grows at its end as inputs arrive, and forgets at its
/// front what nobody asks for any more, so that a job that never stops receiving needs no more
/// memory than what it still has to run. Only the scheduler touches it.
final class BlockStarts {
  private int[] starts;

  /// Of each block, of a job that has several; none: all have the first. Such a job never grows.
  private final int @Nullable [] functions;

  private int from;
  private int to;
  private int end;

  /// @param starts index of the first input of each block, rising
  /// @param end the index after the last input
  BlockStarts(int[] starts, int end) {
    this(starts, null, end);
  }

  /// @param functions of each block, by its place in the job's; none: all have the first
  BlockStarts(int[] starts, int @Nullable [] functions, int end) {
    this.starts = starts.clone();
    this.functions = functions == null ? null : functions.clone();
    this.to = starts.length;
    this.end = end;
  }

  /// One more block of `count` inputs.
  ///
  /// @param wanted no index below is asked for any more
  void add(int count, int wanted) {
    if (functions != null) {
      throw new IllegalStateException("a job of several functions gets no more inputs");
    }
    if (to == starts.length) {
      makeRoom(wanted);
    }
    starts[to++] = end;
    end += count;
  }

  private void makeRoom(int wanted) {
    while (from + 1 < to && starts[from + 1] <= wanted) {
      from++;
    }
    int kept = to - from;
    int[] moved = 2 * kept >= starts.length ? new int[Math.max(8, 2 * kept)] : starts;
    System.arraycopy(starts, from, moved, 0, kept);
    starts = moved;
    from = 0;
    to = kept;
  }

  /// Start of the block that holds the index.
  int blockOf(int index) {
    return starts[place(index)];
  }

  /// Which of the job's functions runs on the input.
  int functionOf(int index) {
    return functions == null ? 0 : functions[place(index)];
  }

  /// The index after the last of the block that holds the given one.
  int blockEnd(int index) {
    int next = place(index) + 1;
    return next < to ? starts[next] : end;
  }

  private int place(int index) {
    int found = Arrays.binarySearch(starts, from, to, index);
    int place = found >= 0 ? found : -found - 2;
    if (place < from || index >= end) {
      throw new IllegalArgumentException("no block holds " + index);
    }
    return place;
  }

  /// Blocks that are remembered.
  int size() {
    return to - from;
  }
}
