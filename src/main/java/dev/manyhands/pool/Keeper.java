package dev.manyhands.pool;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.manyhands.job.TaskError.Exit;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The process above those that run task code: it forks one worker after the other, ends it with
/// everything that it started, and says how it ended. Of the worker processes only keepers are
/// started by the service. See the worker package's `keeper` for what passes between them.
///
/// A worker goes by the future of its end. What is asked for of one that has ended is ignored. A
/// thread of its own hears the keeper. Safe for use by several threads.
final class Keeper {
  private static final Logger log = LoggerFactory.getLogger(Keeper.class);

  private static final int END = 0;
  private static final int INTERRUPT = 1;
  private static final int START = 2;

  /// What a report begins with, and no text has.
  private static final int REPORT = 0;

  private static final int REPORT_BYTES = 16;
  private static final int MAX_LINES = 8 << 10;

  private final Process process;

  /// What Python says where it does not get as far as being a keeper, or warns of on its way. Only
  /// the hearing thread touches it until the keeper has ended.
  private final ByteArrayOutputStream complaint = new ByteArrayOutputStream();

  @GuardedBy("this")
  private CompletableFuture<Exit> worker = new CompletableFuture<>();

  @GuardedBy("this")
  private boolean forked;

  @GuardedBy("this")
  private boolean ended;

  Keeper(Process process) {
    this.process = process;
    Thread.ofPlatform().name("keeper-" + process.pid()).daemon().start(this::hear);
  }

  /// Has it fork a worker; the one before has ended.
  ///
  /// @return completes when the worker and all that it started are gone, or the keeper is
  synchronized CompletableFuture<Exit> fork(int number, byte[] secret) {
    CompletableFuture<Exit> next = new CompletableFuture<>();
    if (ended) {
      next.complete(exit());
      return next;
    }
    worker = next;
    forked = true;
    ByteBuffer order = ByteBuffer.allocate(1 + Long.BYTES + secret.length);
    order.order(ByteOrder.LITTLE_ENDIAN).put((byte) START).putLong(number).put(secret);
    tell(order.array());
    return next;
  }

  /// Whether it has had a worker.
  synchronized boolean hasForked() {
    return forked;
  }

  /// Has the worker and everything that it started end now.
  void end(CompletableFuture<Exit> which) {
    tell(which, END);
  }

  /// Has the worker be sent SIGINT.
  void interrupt(CompletableFuture<Exit> which) {
    tell(which, INTERRUPT);
  }

  @SuppressWarnings("ReferenceEquality") // each worker has its own
  private synchronized void tell(CompletableFuture<Exit> which, int order) {
    if (which == worker && !which.isDone()) {
      tell(new byte[] {(byte) order});
    }
  }

  @GuardedBy("this")
  private void tell(byte[] order) {
    try {
      OutputStream lifeline = process.getOutputStream();
      lifeline.write(order);
      lifeline.flush();
    } catch (IOException gone) {
      log.trace("keeper {} has ended already", process.pid());
    }
  }

  /// For one that does not answer: ends it and those that the system still counts as its own.
  void endForcibly() {
    List<ProcessHandle> descendants = process.descendants().toList();
    // By its handle: Process.destroyForcibly also closes the streams, and its last lines would be
    // lost.
    boolean _ = process.toHandle().destroyForcibly();
    descendants.forEach(ProcessHandle::destroyForcibly);
  }

  /// It ends when its worker has; the system ends that one too, should it not do so by itself.
  void close() {
    try {
      process.getOutputStream().close();
    } catch (IOException gone) {
      log.trace("keeper {} has ended already", process.pid());
    }
  }

  long pid() {
    return process.pid();
  }

  /// Whoever hears of a worker's end by the end of its keeper sees it here.
  synchronized boolean hasEnded() {
    return ended || !process.isAlive();
  }

  /// Completes when it has ended.
  CompletableFuture<?> gone() {
    return process.onExit();
  }

  private void hear() {
    try (DataInputStream from = new DataInputStream(process.getInputStream())) {
      for (int first = from.read(); first >= 0; first = from.read()) {
        if (first == REPORT) {
          report(from);
        } else {
          complain(first);
        }
      }
    } catch (IOException e) {
      log.debug("keeper {} is heard no more: {}", process.pid(), e.toString());
    }
    awaitEnd();
    CompletableFuture<Exit> last;
    synchronized (this) {
      ended = true;
      last = worker;
    }
    last.complete(exit());
  }

  private void report(DataInputStream from) throws IOException {
    ByteBuffer report = ByteBuffer.wrap(from.readNBytes(REPORT_BYTES));
    if (report.remaining() < REPORT_BYTES) {
      return; // it was ended amid its words
    }
    report.order(ByteOrder.LITTLE_ENDIAN);
    int code = report.getInt();
    long peak = report.getLong();
    int length = Math.clamp(Integer.toUnsignedLong(report.getInt()), 0, MAX_LINES);
    String lines = new String(from.readNBytes(length), StandardCharsets.UTF_8);
    CompletableFuture<Exit> which;
    synchronized (this) {
      which = worker;
    }
    Long known = peak > 0 ? peak : null;
    which.complete(ExitStatus.of(Math.max(0, code), Math.max(0, -code), known, lines));
  }

  /// Byte by byte, which the process's stream has buffered: a report may stand right behind.
  private void complain(int next) {
    if (complaint.size() < MAX_LINES) {
      complaint.write(next);
    }
  }

  private void awaitEnd() {
    boolean interrupted = false;
    while (process.isAlive()) {
      try {
        process.waitFor();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /// How the keeper ended, and with it its worker.
  private Exit exit() {
    return ExitStatus.ofJava(process.exitValue(), null, complaint.toString(StandardCharsets.UTF_8));
  }
}
