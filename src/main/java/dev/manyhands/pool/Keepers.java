package dev.manyhands.pool;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TimeZone;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// The keepers of a pool: started with next to nothing of the service's environment, and a few of
/// them kept when their worker has ended, since to fork the next one costs a tenth of what the
/// start of Python does. Safe for use by several threads.
///
/// One thread that lives as long as the pool starts them all, since Linux counts the end of the
/// *thread* that started a process as the end of its parent.
final class Keepers implements AutoCloseable {
  /// Enough for deaths at any moment: a successor is ordered before the keeper of the dead one is
  /// free.
  private static final int MAX_FREE = 2;

  private static final Duration CLOSE_WAIT = Duration.ofSeconds(5);

  private final List<String> command;
  private final Path folder;
  private final ExecutorService starter;

  @GuardedBy("this")
  private final ArrayDeque<Keeper> free = new ArrayDeque<>();

  /// All that have not ended.
  @GuardedBy("this")
  private final Set<Keeper> living = new HashSet<>();

  @GuardedBy("this")
  private boolean closed;

  /// @param folder of the pool, with the worker package in it
  Keepers(String pool, Python.Found python, Path code, Path folder) {
    this.folder = folder;
    command =
        new ArrayList<>(
            List.of(python.executable().toString(), "-I", code.toString(), folder.toString()));
    python.path().forEach(modules -> command.add(modules.toString()));
    starter =
        Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name(pool + "-starter").daemon().factory());
  }

  /// One that has no worker.
  Keeper take() throws IOException, InterruptedException {
    synchronized (this) {
      for (Keeper kept = free.poll(); kept != null; kept = free.poll()) {
        if (!kept.hasEnded()) {
          return kept;
        }
      }
    }
    Keeper keeper = new Keeper(start());
    synchronized (this) {
      living.add(keeper);
    }
    var _ = keeper.gone().thenRun(() -> forget(keeper));
    return keeper;
  }

  /// Its worker has ended, and maybe the keeper with it, which `forget` hears of later.
  void giveBack(Keeper keeper) {
    synchronized (this) {
      if (!closed && !keeper.hasEnded() && free.size() < MAX_FREE) {
        free.add(keeper);
        return;
      }
    }
    keeper.close();
  }

  private synchronized void forget(Keeper keeper) {
    living.remove(keeper);
    free.remove(keeper);
  }

  private Process start() throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
    builder.environment().clear();
    builder.environment().putAll(environment(folder));
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

  /// To be called when all workers are gone. Returns when the keepers are.
  @Override
  public void close() {
    starter.shutdown();
    List<Keeper> all;
    synchronized (this) {
      closed = true;
      all = List.copyOf(living);
    }
    all.forEach(Keeper::close);
    boolean interrupted = false;
    for (Keeper keeper : all) {
      try {
        keeper.gone().get(CLOSE_WAIT.toMillis(), TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        interrupted = true;
        keeper.endForcibly();
      } catch (ExecutionException | TimeoutException e) {
        keeper.endForcibly();
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
