package dev.manyhands.web;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.manyhands.job.Refusal;
import dev.manyhands.job.Refused;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// The end of a body of which nothing more is wanted though its sender is silent: whoever reads it
/// sees it end, and can still answer. Of use until it is closed: the connection may have other
/// requests after this one.
///
/// Who still sends is not cut off, since that would reset the connection before the answer is read:
/// its next bytes are turned down as they come.
final class BodyEnd implements Runnable, AutoCloseable {
  /// Who has sent nothing for so long is silent.
  static final Duration SILENCE = Duration.ofSeconds(1);

  private final Runnable end;

  /// Written by the thread that reads.
  private volatile long lastReadNanos = System.nanoTime();

  @GuardedBy("this")
  private boolean closed;

  @GuardedBy("this")
  private boolean over;

  /// @param end has the server read nothing more from the connection
  BodyEnd(Runnable end) {
    this.end = end;
  }

  /// The body, of which it is noticed when something comes.
  InputStream watched(InputStream body) {
    return new FilterInputStream(body) {
      @Override
      public int read() throws IOException {
        int read = in.read();
        lastReadNanos = System.nanoTime();
        return read;
      }

      @Override
      public int read(byte[] to, int offset, int length) throws IOException {
        int read = in.read(to, offset, length);
        lastReadNanos = System.nanoTime();
        return read;
      }
    };
  }

  /// Nothing more is wanted: the body ends when its sender has been silent for a while from now on.
  @Override
  public void run() {
    lookIn(SILENCE.toNanos());
  }

  /// The same, at once if its sender has been silent for so long already.
  void runIfSilent() {
    look();
  }

  /// Whether it has brought the body to its end.
  synchronized boolean isOver() {
    return over;
  }

  private void lookIn(long nanos) {
    CompletableFuture.delayedExecutor(nanos, TimeUnit.NANOSECONDS).execute(this::look);
  }

  private synchronized void look() {
    if (closed || over) {
      return;
    }
    long left = lastReadNanos + SILENCE.toNanos() - System.nanoTime();
    if (left > 0) {
      lookIn(left);
    } else {
      over = true;
      end.run();
    }
  }

  /// What turns the request down: the server takes such an end for a mistake of the sender, so this
  /// has to be known as another one.
  synchronized Refused because(Refusal why) throws UploadEnded {
    if (over) {
      throw new UploadEnded(why);
    }
    return new Refused(why);
  }

  @Override
  public synchronized void close() {
    closed = true;
  }
}
