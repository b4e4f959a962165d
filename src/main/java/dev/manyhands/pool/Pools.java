package dev.manyhands.pool;

import dev.manyhands.job.Function;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The pools of this service by name, from its start to its end.
public final class Pools implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Pools.class);

  private final Map<String, WorkerPool> byName = new TreeMap<>();
  private final Functions functions;

  /// @param pools open ones, which are closed with this
  /// @param functions whose nature decides which pool fits
  public Pools(Collection<? extends WorkerPool> pools, Functions functions) {
    this.functions = functions;
    for (WorkerPool pool : pools) {
      if (byName.putIfAbsent(pool.name(), pool) != null) {
        throw new IllegalArgumentException(
            "expected each pool's name once, got twice: " + pool.name());
      }
    }
  }

  public Optional<WorkerPool> get(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /// In order of name.
  public List<WorkerPool> all() {
    return List.copyOf(byName.values());
  }

  /// The pool of a job that names none: the pool of the best kind for the function that is named
  /// like its kind, or else is first by name. None if no pool can run the function.
  ///
  /// A Java function that no one registered counts as one that computes.
  public Optional<WorkerPool> fitting(Function function) {
    return kinds(function).stream().flatMap(kind -> ofKind(kind).stream()).findFirst();
  }

  /// Whether the pool can run the function: Java functions run on both kinds of threads, HTTP
  /// functions on virtual ones, since their waits end with an interrupt, all others on processes.
  public boolean canRun(WorkerPool pool, Function function) {
    return kinds(function).contains(pool.kind());
  }

  /// Makes a pool larger or smaller while it runs.
  ///
  /// @param workers 1 or more
  /// @return the size that it has now; none if there is no such pool
  public Optional<Integer> resize(String name, int workers) {
    Optional<WorkerPool> pool = get(name);
    pool.ifPresent(found -> found.resize(workers));
    return pool.map(WorkerPool::size);
  }

  /// Closes all pools, each as [WorkerPool#close] says, at the same time.
  @Override
  public void close() {
    List<Thread> closing =
        byName.values().stream()
            .map(pool -> Thread.ofVirtual().name("close-" + pool.name()).start(() -> close(pool)))
            .toList();
    try {
      for (Thread thread : closing) {
        thread.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void close(WorkerPool pool) {
    try {
      pool.close();
    } catch (RuntimeException e) {
      log.error("pool {} could not be closed; the others are", pool.name(), e);
    }
  }

  private Optional<WorkerPool> ofKind(PoolKind kind) {
    return get(kind.word())
        .filter(pool -> pool.kind() == kind)
        .or(() -> byName.values().stream().filter(pool -> pool.kind() == kind).findFirst());
  }

  /// The kinds that can run the function, the best first.
  private List<PoolKind> kinds(Function function) {
    return switch (function) {
      case Function.Java _ ->
          switch (functions.nature(function)) {
            case COMPUTES -> List.of(PoolKind.THREADS, PoolKind.VIRTUAL);
            case WAITS -> List.of(PoolKind.VIRTUAL, PoolKind.THREADS);
          };
      case Function.Python _, Function.PythonModule _, Function.Command _ ->
          List.of(PoolKind.PROCESSES);
      case Function.Http _ -> List.of(PoolKind.VIRTUAL);
    };
  }
}
