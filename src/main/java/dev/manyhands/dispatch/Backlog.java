package dev.manyhands.dispatch;

import java.util.concurrent.Semaphore;

/// The bytes that wait to be written, bounded: whoever brings more waits until some are written.
final class Backlog {
  private static final int BYTES_PER_PERMIT = 1024;

  /// What a thing weighs besides its bytes.
  private static final int OVERHEAD = 512;

  private final int permits;
  private final Semaphore room;

  Backlog(long maxBytes) {
    this.permits = Math.toIntExact(Math.max(1, maxBytes / BYTES_PER_PERMIT));
    this.room = new Semaphore(permits);
  }

  /// Waits for room.
  ///
  /// @return to be given back by [#leave]
  int enter(long bytes) {
    int taken = (int) Math.min(permits, (bytes + OVERHEAD) / BYTES_PER_PERMIT + 1);
    room.acquireUninterruptibly(taken);
    return taken;
  }

  void leave(int taken) {
    room.release(taken);
  }
}
