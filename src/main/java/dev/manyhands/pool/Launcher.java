package dev.manyhands.pool;

import dev.manyhands.job.TaskError;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/// Starts the worker processes of a pool, each with a folder of its own. Safe for use by several
/// threads.
///
/// With the order to fork one its keeper gets a secret, which the process says when it connects:
/// task code of another one may find the socket, and not the secret.
final class Launcher implements AutoCloseable {
  private static final int SECRET_BYTES = 16;
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Duration LAST_LINES = Duration.ofSeconds(2);

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
    byte[] secret = new byte[SECRET_BYTES];
    RANDOM.nextBytes(secret);
    try (Entrance entrance = Entrance.open(socket, secret)) {
      Keeper keeper = keepers.take();
      boolean kept = keeper.hasForked();
      CompletableFuture<TaskError.Exit> end = keeper.fork(number, secret);
      SocketChannel channel = accept(entrance, keeper, kept, end);
      ChildProcess child =
          new ChildProcess(
              new ChildLife(keeper, end, keepers), channel, files, settings.maxFrameBytes());
      // Its end is seen by the end of its socket; this is for one that leaves the socket to others.
      var _ = end.thenRun(() -> stopReadingSoon(child, 0));
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

  /// A reader that has waited for so long has read all that the process wrote. One that does not
  /// wait now may have it before it: perhaps what it has read so far has no room in the service
  /// yet.
  ///
  /// @param since the wait that went on when somebody looked last
  private void stopReadingSoon(ChildProcess child, long since) {
    var _ =
        watchdog.after(
            LAST_LINES.toNanos(),
            () -> {
              long now = child.frames().waiting();
              if (now != 0 && now == since) {
                child.stopReading();
              } else if (!child.gone().isDone()) {
                stopReadingSoon(child, now);
              }
            });
  }

  /// @param kept whether the keeper has forked before, and so did stand then
  private SocketChannel accept(
      Entrance entrance, Keeper keeper, boolean kept, CompletableFuture<TaskError.Exit> end)
      throws IOException, InterruptedException {
    Duration limit = settings.startTimeout();
    SocketChannel channel = entrance.await(limit, end);
    if (channel != null) {
      return channel;
    }
    boolean late = !end.isDone();
    TaskError.Exit exit = ended(keeper, end);
    String how =
        late
            ? "did not connect within " + limit
            : "ended with " + (exit.signal() == null ? exit.code() : exit.signal());
    String why = python + " " + how + " at its start: " + exit.stderr().strip();
    // One that something has stopped meanwhile says nothing about the next one either.
    boolean struck = late ? kept : exit.signal() != null;
    throw struck ? new KilledAtStart(why) : new IOException(why);
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

  /// To be called when all processes are gone.
  @Override
  public void close() throws IOException {
    keepers.close();
    scratch.close();
  }
}
