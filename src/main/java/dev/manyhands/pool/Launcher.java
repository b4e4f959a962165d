package dev.manyhands.pool;

import dev.manyhands.job.TaskError;
import java.io.ByteArrayInputStream;
import java.io.IOException;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Starts the worker processes of a pool, each with a folder of its own. Safe for use by several
/// threads.
///
/// With the order to fork one its keeper gets a secret, which the process says when it connects:
/// task code of another one may find the socket, and not the secret.
final class Launcher implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Launcher.class);

  private static final int SECRET_BYTES = 16;
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Duration SAY_WITHIN = Duration.ofSeconds(5);
  private static final Duration LAST_LINES = Duration.ofMillis(500);

  private final Path python;
  private final ProcessSettings settings;
  private final Watchdog watchdog;
  private final ScratchFolder scratch;
  private final Path folder;
  private final Keepers keepers;
  private final AtomicInteger started = new AtomicInteger();
  private final AtomicInteger died = new AtomicInteger();

  Launcher(
      String pool,
      Python.Found python,
      ProcessSettings settings,
      Sandbox sandbox,
      Watchdog watchdog)
      throws IOException {
    this.python = python.executable();
    this.settings = settings;
    this.watchdog = watchdog;
    this.scratch = ScratchFolder.create();
    this.folder = scratch.path();
    PrivateFolder.write(
        folder.resolve("walls.json"),
        new ByteArrayInputStream(sandbox.plan(folder, settings.limits())));
    this.keepers = new Keepers(pool, python, WorkerCode.writeInto(folder), folder);
  }

  /// Starts a blank worker process and waits until it is there.
  ///
  /// @throws KilledAtStart if something else ended it
  /// @throws IOException with the reason, for people, if it does not start in time
  ChildProcess start() throws IOException, InterruptedException {
    int number = started.incrementAndGet();
    Path home = PrivateFolder.create(folder.resolve("w" + number));
    Path socket = folder.resolve("s" + number);
    BlameCell cell = BlameCell.create(folder.resolve("c" + number));
    ChildProcess.Files files = new ChildProcess.Files(home, cell);
    try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      listener.bind(UnixDomainSocketAddress.of(socket), 1);
      byte[] secret = new byte[SECRET_BYTES];
      RANDOM.nextBytes(secret);
      Keeper keeper = keepers.take();
      CompletableFuture<TaskError.Exit> end = keeper.fork(number, secret);
      SocketChannel channel = accept(listener, keeper, end, secret);
      ChildProcess child =
          new ChildProcess(
              new ChildProcess.Life(keeper, end, keepers),
              channel,
              files,
              settings.maxFrameBytes());
      // Its end is seen by the end of its socket; this is for one that leaves the socket to others.
      var _ = end.thenRun(() -> stopReadingSoon(child));
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

  private SocketChannel accept(
      ServerSocketChannel listener,
      Keeper keeper,
      CompletableFuture<TaskError.Exit> end,
      byte[] secret)
      throws IOException, InterruptedException {
    Duration limit = settings.startTimeout();
    Future<?> tooLate = watchdog.after(limit.toNanos(), () -> close(listener));
    var _ = end.thenRun(() -> close(listener));
    try {
      while (true) {
        SocketChannel channel = listener.accept();
        if (saysSecret(channel, secret)) {
          return channel;
        }
        log.warn("something else than a worker of keeper {} connected in its place", keeper.pid());
        channel.close();
      }
    } catch (IOException e) {
      boolean late = !end.isDone();
      TaskError.Exit exit = ended(keeper, end);
      String how =
          late
              ? "did not connect within " + limit
              : "ended with " + (exit.signal() == null ? exit.code() : exit.signal());
      String why = python + " " + how + " at its start: " + exit.stderr().strip();
      throw late || exit.signal() == null ? new IOException(why, e) : new KilledAtStart(why, e);
    } finally {
      tooLate.cancel(false);
    }
  }

  /// Of one that has not started, and of its keeper.
  private static TaskError.Exit ended(Keeper keeper, CompletableFuture<TaskError.Exit> end)
      throws InterruptedException {
    keeper.end(end);
    keeper.close();
    try {
      return end.get(LAST_LINES.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      keeper.endForcibly();
      return end.join();
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
    keepers.close();
    scratch.close();
  }
}
