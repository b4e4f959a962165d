package dev.manyhands.dispatch;

import java.util.ArrayDeque;
import java.util.Deque;

/// How many bytes of a job's inputs have arrived and not been run. Tasks that end out of order
/// count as if they were the first ones, which is near enough for a bound. Not safe for use by
/// several threads.
final class Ahead {
  /// Inputs are counted in grains of about this many bytes, so that tiny ones cost nothing each.
  private static final int GRAIN_BYTES = 256 * 1024;

  /// @param end how many tasks have ended when these inputs have been run
  private record Grain(int end, long bytes) {}

  private final long maxBytes;
  private final Deque<Grain> grains = new ArrayDeque<>();
  private long bytes;

  Ahead(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /// Inputs arrived.
  ///
  /// @param total of the job, with them
  void came(int total, long inputBytes) {
    Grain last = grains.peekLast();
    if (last != null && last.bytes < GRAIN_BYTES) {
      grains.removeLast();
      grains.addLast(new Grain(total, last.bytes + inputBytes));
    } else {
      grains.addLast(new Grain(total, inputBytes));
    }
    bytes += inputBytes;
  }

  /// So many tasks of the job have ended.
  ///
  /// @return whether there is room now and was none before
  boolean ended(int done) {
    boolean wasFull = isFull();
    for (Grain first = grains.peekFirst();
        first != null && first.end <= done;
        first = grains.peekFirst()) {
      bytes -= first.bytes;
      grains.removeFirst();
    }
    return wasFull && !isFull();
  }

  boolean isFull() {
    return bytes >= maxBytes;
  }
}
