package dev.manyhands.pool;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One run of a program, started by this JVM: bounded in time and output. Used where there is no
/// Python, whose workers start programs faster.
final class PlainCommand {
  private static final int STDERR_KEPT = 8 << 10;

  /// For whoever reads what the program wrote last, on a machine that has much else to do.
  private static final Duration LAST_OUTPUT = Duration.ofSeconds(5);

  private final int maxOutput;
  private final ByteArrayOutputStream stdout = new ByteArrayOutputStream();
  private final Process process;
  private final StderrTail stderr;
  private volatile boolean tooLong;

  /// @throws IOException if the program cannot be started
  PlainCommand(List<String> argv, byte @Nullable [] stdin, Path home, int maxOutput)
      throws IOException {
    this.maxOutput = maxOutput;
    ProcessBuilder builder = new ProcessBuilder(argv).directory(home.toFile());
    builder.environment().clear();
    builder.environment().putAll(Keepers.environment(home));
    process = builder.start();
    stderr = new StderrTail(process.getErrorStream(), "command-stderr");
    var _ = aside("command-stdin", () -> feed(stdin));
  }

  /// How it ended.
  ///
  /// @param timedOut whether it was ended since its time was over
  /// @param tooLong whether it was ended since it wrote too much
  record Ended(int exitValue, byte[] stdout, String stderr, boolean timedOut, boolean tooLong) {}

  Ended await(@Nullable Duration timeout) throws InterruptedException {
    Thread reader = aside("command-stdout", this::drain);
    boolean inTime = true;
    if (timeout == null) {
      process.waitFor();
    } else {
      inTime = process.waitFor(timeout.toNanos(), TimeUnit.NANOSECONDS);
    }
    kill();
    int exitValue = process.waitFor();
    // A program that it left behind may hold the stream open, and is not waited for.
    long until = System.nanoTime() + LAST_OUTPUT.toNanos();
    var _ = reader.join(LAST_OUTPUT);
    Duration left = Duration.ofNanos(Math.max(0, until - System.nanoTime()));
    byte[] written;
    synchronized (stdout) {
      written = stdout.toByteArray();
    }
    return new Ended(exitValue, written, stderr.text(left), !inTime, tooLong);
  }

  void kill() {
    List<ProcessHandle> all = process.descendants().toList();
    var _ = process.toHandle().destroyForcibly();
    all.forEach(ProcessHandle::destroyForcibly);
  }

  /// Not on a virtual thread: one that waits at a pipe keeps its carrier. Java starts another one
  /// in its place, which ends when it is idle for a while: in the end there is none.
  private static Thread aside(String name, Runnable pump) {
    return Thread.ofPlatform().name(name).daemon().start(pump);
  }

  private void feed(byte @Nullable [] stdin) {
    try (OutputStream to = process.getOutputStream()) {
      if (stdin != null) {
        to.write(stdin);
      }
    } catch (IOException notRead) {
      // The program does not read its input, as it may.
    }
  }

  private void drain() {
    byte[] buffer = new byte[STDERR_KEPT];
    try (InputStream from = process.getInputStream()) {
      for (int n = from.read(buffer); n >= 0 && !tooLong; n = from.read(buffer)) {
        synchronized (stdout) {
          stdout.write(buffer, 0, n);
          tooLong = stdout.size() > maxOutput + 2;
        }
      }
      if (tooLong) {
        kill();
      }
    } catch (IOException ended) {
      // The stream was closed with its process.
    }
  }

  /// The text as it stands for a JSON string.
  static String textOf(byte[] stdout) {
    int length =
        stdout.length > 0 && stdout[stdout.length - 1] == '\n' ? stdout.length - 1 : stdout.length;
    return new String(stdout, 0, length, StandardCharsets.UTF_8);
  }
}
