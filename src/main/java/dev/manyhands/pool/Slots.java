package dev.manyhands.pool;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.BitSet;

/// The workers of a pool by number, free or taken: never more are taken at once than the pool has
/// when they are taken.
final class Slots {
  /// Given instead of a number when no worker is free, or the pool is closed.
  static final int NONE = -1;

  @GuardedBy("this")
  private final BitSet taken = new BitSet();

  @GuardedBy("this")
  private int busy;

  @GuardedBy("this")
  private int size;

  @GuardedBy("this")
  private boolean closed;

  Slots(int size) {
    resize(size);
  }

  /// The lowest free number, from 0, or [#NONE].
  synchronized int take() {
    if (closed || busy >= size) {
      return NONE;
    }
    int slot = taken.nextClearBit(0);
    taken.set(slot);
    busy++;
    return slot;
  }

  synchronized void free(int slot) {
    if (!taken.get(slot)) {
      throw new IllegalStateException("worker " + slot + " was not busy");
    }
    taken.clear(slot);
    busy--;
  }

  synchronized int busy() {
    return busy;
  }

  synchronized int size() {
    return size;
  }

  /// Those taken stay so, also when they are more than the new size.
  synchronized void resize(int newSize) {
    if (newSize < 1) {
      throw new IllegalArgumentException("expected 1 or more workers, got: " + newSize);
    }
    size = newSize;
  }

  synchronized void close() {
    closed = true;
  }

  synchronized boolean isClosed() {
    return closed;
  }
}
