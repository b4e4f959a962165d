package dev.manyhands.pool;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TimeZone;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Starts the worker processes of a pool, each with a folder of its own and next to nothing of the
/// service's environment. Safe for use by several threads.
///
/// The standard input of a process is its lifeline: it closes with the service. First a secret is
/// written there, which the process says when it connects: task code of another one may find the
/// socket, and not the secret. One thread that lives as long as the pool starts them all, since
/// Linux counts the end of the *thread* that started a process as the end of its parent.
final class Launcher implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Launcher.class);

  private static final int SECRET_BYTES = 16;
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Duration SAY_WITHIN = Duration.ofSeconds(5);
  private static final Duration LAST_LINES = Duration.ofMillis(500);

  private final Python.Found python;
  private final ProcessSettings settings;
  private final Watchdog watchdog;
  private final ScratchFolder scratch;
  private final Path folder;
  private final Path code;
  private final Path walls;
  private final ExecutorService starter;
  private final AtomicInteger started = new AtomicInteger();
  private final AtomicInteger died = new AtomicInteger();

  Launcher(
      String pool,
      Python.Found python,
      ProcessSettings settings,
      Sandbox sandbox,
      Watchdog watchdog)
      throws IOException {
    this.python = python;
    this.settings = settings;
    this.watchdog = watchdog;
    this.scratch = ScratchFolder.create();
    this.folder = scratch.path();
    this.code = WorkerCode.writeInto(folder);
    this.walls = folder.resolve("walls.json");
    PrivateFolder.write(walls, new ByteArrayInputStream(sandbox.plan(folder, settings.limits())));
    this.starter =
        Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name(pool + "-starter").daemon().factory());
  }

  /// Starts a blank worker process and waits until it is there.
  ///
  /// @throws KilledAtStart if something else ended it
  /// @throws IOException with the reason, for people, if it does not start in time
  ChildProcess start() throws IOException, InterruptedException {
    int number = started.incrementAndGet();
    Path home = PrivateFolder.create(folder.resolve("w" + number));
    Path cellFile = folder.resolve("c" + number);
    Path socket = folder.resolve("s" + number);
    BlameCell cell = BlameCell.create(cellFile);
    ChildProcess.Files files = new ChildProcess.Files(home, cell, ExitNote.beside(cellFile));
    try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      listener.bind(UnixDomainSocketAddress.of(socket), 1);
      Process process = start(command(socket, cellFile), home);
      StderrTail stderr =
          new StderrTail(process.getInputStream(), "worker-" + process.pid() + "-stderr");
      SocketChannel channel = accept(listener, process, stderr, sendSecret(process));
      ChildProcess child =
          new ChildProcess(process, channel, files, stderr, settings.maxFrameBytes());
      // Its end is seen by the end of its socket; this is for one that leaves the socket to others.
      var _ = process.onExit().thenAccept(_ -> stopReadingSoon(child));
      return child;
    } catch (IOException | InterruptedException | RuntimeException e) {
      files.delete();
      throw e;
    } finally {
      Files.deleteIfExists(socket);
    }
  }

  Turnover turnover(Duration pause) {
    return new Turnover(started.get(), died.get(), pause);
  }

  /// A process ended, or had to be ended, without having been told to.
  void countDeath() {
    died.incrementAndGet();
  }

  private void stopReadingSoon(ChildProcess child) {
    var _ = watchdog.after(LAST_LINES.toNanos(), child::stopReading);
  }

  private List<String> command(Path socket, Path cell) {
    List<String> command =
        new ArrayList<>(
            List.of(
                python.executable().toString(),
                "-I",
                code.toString(),
                walls.toString(),
                socket.toString(),
                cell.toString()));
    python.path().forEach(modules -> command.add(modules.toString()));
    return command;
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

  private static byte[] sendSecret(Process process) {
    byte[] secret = new byte[SECRET_BYTES];
    RANDOM.nextBytes(secret);
    try {
      OutputStream lifeline = process.getOutputStream();
      lifeline.write(secret);
      lifeline.flush();
    } catch (IOException ended) {
      log.debug("process {} ended before it had its secret", process.pid());
    }
    return secret;
  }

  private SocketChannel accept(
      ServerSocketChannel listener, Process process, StderrTail stderr, byte[] secret)
      throws IOException, InterruptedException {
    Duration limit = settings.startTimeout();
    Future<?> tooLate = watchdog.after(limit.toNanos(), () -> close(listener));
    var onExit = process.onExit().thenRun(() -> close(listener));
    try {
      while (true) {
        SocketChannel channel = listener.accept();
        if (saysSecret(channel, secret)) {
          return channel;
        }
        log.warn("something else than worker process {} connected in its place", process.pid());
        channel.close();
      }
    } catch (IOException e) {
      boolean late = process.isAlive();
      Lifeline.cut(process);
      if (!process.waitFor(LAST_LINES.toMillis(), TimeUnit.MILLISECONDS)) {
        Lifeline.endForcibly(process);
        process.waitFor();
      }
      String how =
          late
              ? "did not connect within " + limit
              : "ended with " + process.exitValue() + " at its start";
      String why = python.executable() + " " + how + ": " + stderr.text(LAST_LINES).strip();
      boolean killed = !late && ExitStatus.ofJava(process.exitValue(), null, "").signal() != null;
      throw killed ? new KilledAtStart(why, e) : new IOException(why, e);
    } finally {
      tooLate.cancel(false);
      onExit.cancel(false);
    }
  }

  /// Whether the process that connected is the one that was started; it says so as soon as its
  /// walls stand.
  private boolean saysSecret(SocketChannel channel, byte[] secret) {
    Future<?> silent = watchdog.after(SAY_WITHIN.toNanos(), () -> close(channel));
    ByteBuffer said = ByteBuffer.allocate(SECRET_BYTES);
    try {
      while (said.hasRemaining() && channel.read(said) >= 0) {
        // a secret comes in one piece, save for a signal
      }
      return MessageDigest.isEqual(said.array(), secret);
    } catch (IOException closed) {
      return false;
    } finally {
      silent.cancel(false);
    }
  }

  private static void close(Channel listener) {
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
    scratch.close();
  }
}
