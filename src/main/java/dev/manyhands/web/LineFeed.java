package dev.manyhands.web;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.manyhands.job.InputBlock;
import dev.manyhands.json.LineCutter;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Brings a body of JSON lines to its cutter while it arrives, and hands on what has come when no
/// block gets full for a while: an input that is written alone runs at once, and one of many small
/// ones waits at most [#PAUSE], so that they share a block.
///
/// The request's thread reads; a thread beside it hands on, since a read does not return before
/// something comes. Both use the cutter under one lock.
final class LineFeed implements AutoCloseable {
  /// The least time between two blocks that are not full: at most 500 of them a second.
  static final Duration PAUSE = Duration.ofMillis(2);

  private static final int BUFFER_BYTES = 64 * 1024;

  private final LineCutter cutter;
  private final Consumer<InputBlock> blocks;
  private final Runnable bodyEnd;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition arrived = lock.newCondition();
  private final Thread hander = Thread.ofVirtual().name("line-feed").unstarted(this::handOn);

  @GuardedBy("lock")
  private long notBefore;

  @GuardedBy("lock")
  private @Nullable RuntimeException trouble;

  @GuardedBy("lock")
  private boolean closed;

  /// @param blocks takes what is handed on, as it takes the cutter's full blocks
  /// @param first the least time before the first block that is not full
  /// @param bodyEnd has the read end that waits for more, when nothing more can be handed on
  LineFeed(LineCutter cutter, Consumer<InputBlock> blocks, Duration first, Runnable bodyEnd) {
    this.bodyEnd = bodyEnd;
    this.cutter = cutter;
    this.blocks = blocks;
    this.notBefore = System.nanoTime() + first.toNanos();
  }

  /// Reads to the end of the body; what is left then is the cutter's part.
  ///
  /// @throws dev.manyhands.job.Refused if a line is not what it has to be, or its inputs are not
  ///   taken
  void read(InputStream body) throws IOException {
    try {
      readAll(body);
    } catch (IOException brokenOff) {
      throwIfTroubled();
      throw brokenOff;
    }
  }

  private void readAll(InputStream body) throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    int n = body.read(buffer);
    if (n >= 0) {
      take(buffer, n);
      hander.start();
    }
    for (n = body.read(buffer); n >= 0; n = body.read(buffer)) {
      take(buffer, n);
    }
    close();
    throwIfTroubled();
    cutter.end();
  }

  private void take(byte[] buffer, int n) {
    lock.lock();
    try {
      throwIfTroubled();
      boolean had = cutter.hasPart();
      cutter.take(buffer, n);
      if (!had && cutter.hasPart()) {
        arrived.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  private void handOn() {
    lock.lock();
    try {
      while (!closed) {
        long wait = notBefore - System.nanoTime();
        if (!cutter.hasPart()) {
          arrived.awaitUninterruptibly();
        } else if (wait > 0) {
          wait = arrived.awaitNanos(wait);
        } else {
          cutter.takePart().ifPresent(blocks);
          notBefore = System.nanoTime() + PAUSE.toNanos();
        }
      }
    } catch (InterruptedException e) {
      trouble = new IllegalStateException("nobody interrupts a line feed", e);
    } catch (RuntimeException e) {
      trouble = e;
      bodyEnd.run();
    } finally {
      lock.unlock();
    }
  }

  /// Hands nothing on any more.
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      arrived.signal();
    } finally {
      lock.unlock();
    }
  }

  /// What the thread beside met is the request's.
  private void throwIfTroubled() {
    lock.lock();
    try {
      if (trouble != null) {
        throw trouble;
      }
    } finally {
      lock.unlock();
    }
  }
}
