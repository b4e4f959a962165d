package dev.manyhands.pool;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TimeZone;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/// Starts the worker processes of a pool, each with a folder of its own and next to nothing of the
/// service's environment. Safe for use by several threads.
///
/// The standard input of a process is its lifeline: nothing is written there, and it closes with
/// the service. One thread that lives as long as the pool starts them all, since Linux counts the
/// end of the *thread* that started a process as the end of its parent.
final class Launcher implements AutoCloseable {
  private static final Duration LAST_LINES = Duration.ofMillis(500);

  private final Python.Found python;
  private final ProcessSettings settings;
  private final Watchdog watchdog;
  private final Path folder;
  private final Path code;
  private final ExecutorService starter;
  private final AtomicInteger started = new AtomicInteger();
  private final AtomicInteger died = new AtomicInteger();

  Launcher(String pool, Python.Found python, ProcessSettings settings, Watchdog watchdog)
      throws IOException {
    this.python = python;
    this.settings = settings;
    this.watchdog = watchdog;
    // Short: the path of a socket has 107 characters at most.
    this.folder = PrivateFolder.createTemporary("mh-");
    this.code = WorkerCode.writeInto(folder);
    this.starter =
        Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name(pool + "-starter").daemon().factory());
  }

  /// Starts a blank worker process and waits until it is there.
  ///
  /// @throws IOException with the reason, for people, if it does not start in time
  ChildProcess start() throws IOException, InterruptedException {
    int number = started.incrementAndGet();
    Path home = PrivateFolder.create(folder.resolve("w" + number));
    Path cellFile = folder.resolve("c" + number);
    Path socket = folder.resolve("s" + number);
    BlameCell cell = BlameCell.create(cellFile);
    try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      listener.bind(UnixDomainSocketAddress.of(socket), 1);
      Process process = start(command(socket, cellFile), home);
      StderrTail stderr =
          new StderrTail(process.getInputStream(), "worker-" + process.pid() + "-stderr");
      SocketChannel channel = accept(listener, process, stderr);
      ChildProcess child =
          new ChildProcess(process, channel, cell, stderr, home, settings.maxFrameBytes());
      // Its end is seen by the end of its socket; this is for one that leaves the socket to others.
      var _ = process.onExit().thenAccept(_ -> stopReadingSoon(child));
      return child;
    } catch (IOException | InterruptedException | RuntimeException e) {
      cell.close();
      PrivateFolder.delete(home);
      throw e;
    } finally {
      Files.deleteIfExists(socket);
    }
  }

  Turnover turnover() {
    return new Turnover(started.get(), died.get());
  }

  /// A process ended, or had to be ended, without having been told to.
  void countDeath() {
    died.incrementAndGet();
  }

  private void stopReadingSoon(ChildProcess child) {
    var _ = watchdog.after(LAST_LINES.toNanos(), child::stopReading);
  }

  private List<String> command(Path socket, Path cell) {
    return List.of(
        python.executable().toString(), "-I", code.toString(), socket.toString(), cell.toString());
  }

  private Process start(List<String> command, Path home) throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(home.toFile()).redirectErrorStream(true);
    builder.environment().clear();
    builder.environment().putAll(environment(home));
    Future<Process> process = starter.submit(builder::start);
    try {
      return process.get();
    } catch (ExecutionException e) {
      throw new IOException(
          command.getFirst() + " cannot be started: " + e.getCause(), e.getCause());
    }
  }

  /// Nothing that the service was started with passes to tasks but where programs are.
  static Map<String, String> environment(Path home) {
    String path = System.getenv("PATH");
    return Map.of(
        "PATH",
        path == null ? "/usr/local/bin:/usr/bin:/bin" : path,
        "LANG",
        "C.UTF-8",
        "LC_ALL",
        "C.UTF-8",
        "TZ",
        TimeZone.getDefault().getID(),
        "HOME",
        home.toString(),
        "TMPDIR",
        home.toString(),
        "PYTHONDONTWRITEBYTECODE",
        "1");
  }

  private SocketChannel accept(ServerSocketChannel listener, Process process, StderrTail stderr)
      throws IOException, InterruptedException {
    Duration limit = settings.startTimeout();
    Future<?> tooLate = watchdog.after(limit.toNanos(), () -> close(listener));
    var onExit = process.onExit().thenRun(() -> close(listener));
    try {
      return listener.accept();
    } catch (IOException e) {
      boolean late = process.isAlive();
      var _ = process.toHandle().destroyForcibly();
      process.waitFor();
      String how =
          late
              ? "did not connect within " + limit
              : "ended with " + process.exitValue() + " at its start";
      throw new IOException(
          python.executable() + " " + how + ": " + stderr.text(LAST_LINES).strip(), e);
    } finally {
      tooLate.cancel(false);
      onExit.cancel(false);
    }
  }

  private static void close(ServerSocketChannel listener) {
    try {
      listener.close();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /// To be called when all processes are gone.
  @Override
  public void close() throws IOException {
    starter.shutdown();
    PrivateFolder.delete(folder);
  }
}
