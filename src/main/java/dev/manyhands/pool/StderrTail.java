package dev.manyhands.pool;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/// Keeps the last bytes that a worker process wrote to its standard streams, past the capture of
/// its tasks' output: what the interpreter, native code and child processes say.
///
/// Its own thread reads, so that the process never waits for a full pipe.
final class StderrTail {
  private static final int KEPT = 8 << 10;

  private final Thread thread;

  @GuardedBy("this")
  private byte[] tail = new byte[0];

  StderrTail(InputStream from, String name) {
    thread = Thread.ofPlatform().name(name).daemon().start(() -> drain(from));
  }

  /// What was written last, once all has been read or the time is over: a process that outlives the
  /// worker may keep the stream open.
  String text(Duration patience) throws InterruptedException {
    var _ = thread.join(patience);
    synchronized (this) {
      return new String(tail, StandardCharsets.UTF_8);
    }
  }

  private void drain(InputStream from) {
    byte[] buffer = new byte[KEPT];
    try (from) {
      for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
        append(buffer, n);
      }
    } catch (IOException ended) {
      // The stream was closed with its process: the tail is complete.
    }
  }

  private synchronized void append(byte[] bytes, int n) {
    int kept = Math.min(tail.length, KEPT - n);
    byte[] longer = new byte[kept + n];
    System.arraycopy(tail, tail.length - kept, longer, 0, kept);
    System.arraycopy(bytes, 0, longer, kept, n);
    tail = longer;
  }
}
