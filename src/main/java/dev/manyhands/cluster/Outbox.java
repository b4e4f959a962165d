package dev.manyhands.cluster;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// What this node tells the owners of its chunks, on its way there: each message is sent until the
/// broker has it, or its owner is gone and nobody waits for it. Safe for use by several threads.
final class Outbox {
  /// Bytes of outcomes that may wait for the broker: past it workers wait too, and so take nothing
  /// new. It holds what they bring in a moment; while the broker is away nothing new comes to them.
  private static final long MAX_WAITING_BYTES = 64L << 20;

  private static final Duration AGAIN = Duration.ofSeconds(1);

  /// An owner without a queue of which nothing was heard for so long has not merely lost its queue.
  private static final Duration GONE = Duration.ofSeconds(10);

  /// What became of a message.
  private enum End {
    KEPT,
    UNWANTED,
    STOPPED
  }

  private final Post post;
  private final HeardNodes nodes;
  private final Duration gone;
  private final ReentrantLock large = new ReentrantLock();
  private final CountDownLatch closed = new CountDownLatch(1);

  @GuardedBy("this")
  private long waitingBytes;

  Outbox(Post post, HeardNodes nodes) {
    this(post, nodes, GONE);
  }

  /// @param gone as [#GONE]
  Outbox(Post post, HeardNodes nodes, Duration gone) {
    this.post = post;
    this.nodes = nodes;
    this.gone = gone;
  }

  /// Takes room for a message; waits until there is some. A message that alone is too large for it
  /// goes when nothing else waits.
  synchronized void enter(int bytes) {
    boolean interrupted = false;
    while (!isClosed() && waitingBytes > 0 && waitingBytes + bytes > MAX_WAITING_BYTES) {
      try {
        wait();
      } catch (InterruptedException e) {
        interrupted = true; // its task's, not ours: what it has told is told all the same
      }
    }
    waitingBytes += bytes;
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  synchronized void leave(int bytes) {
    waitingBytes -= bytes;
    notifyAll();
  }

  /// Returns when the broker has the message, or nobody wants it.
  ///
  /// @return false if this node stops before
  boolean deliver(String owner, byte[] body) {
    return end(owner, body) != End.STOPPED;
  }

  private End end(String owner, byte[] body) {
    @Nullable Long goneNanos = null;
    while (!isClosed()) {
      Post.Fate fate = post.send(Names.owner(owner), body);
      if (fate == Post.Fate.KEPT) {
        return End.KEPT;
      }
      long now = System.nanoTime();
      if (fate != Post.Fate.REFUSED || nodes.knows(owner)) {
        goneNanos = null;
      } else if (goneNanos == null) {
        goneNanos = now;
      } else if (now - goneNanos > gone.toNanos()) {
        return End.UNWANTED;
      }
      pause();
    }
    return End.STOPPED;
  }

  /// The same with a message that goes in pieces: one such message of this node at a time, so that
  /// its owners have few begun ones. When one piece is not wanted, none is.
  ///
  /// @param number of the message among those of its chunk
  boolean deliverInPieces(String owner, String token, int number, byte[] body, int size) {
    large.lock();
    try {
      End end = End.KEPT;
      for (int i = 0; end == End.KEPT && i < Piece.count(body.length, size); i++) {
        end = end(owner, Piece.of(token, number, body, i, size).write());
      }
      return end != End.STOPPED;
    } finally {
      large.unlock();
    }
  }

  private boolean isClosed() {
    return closed.getCount() == 0;
  }

  private void pause() {
    try {
      boolean _ = closed.await(AGAIN.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      close(); // only the end of the process interrupts who delivers
      Thread.currentThread().interrupt();
    }
  }

  /// Gives up what is on its way.
  synchronized void close() {
    closed.countDown();
    notifyAll();
  }
}
