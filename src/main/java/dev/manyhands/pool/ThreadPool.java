package dev.manyhands.pool;

import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// Platform threads for Java functions that compute: as many at once as the pool has workers,
/// handed their chunk directly.
public final class ThreadPool extends JavaPool {
  private final ThreadPoolExecutor threads;

  ThreadPool(String name, int size, Shared shared) {
    this(name, size, shared, executor(name, size));
  }

  private ThreadPool(String name, int size, Shared shared, ThreadPoolExecutor threads) {
    super(name, size, shared, new Lenders(threads, threads));
    this.threads = threads;
  }

  /// The core is the pool's size; above it the slots are the bound. A worker is free a moment
  /// before its thread is back at the queue, and the chunk that comes in this moment gets another
  /// thread instead of being refused without cause.
  ///
  /// @param size threads that are kept though nothing runs
  static ThreadPoolExecutor executor(String name, int size) {
    ThreadFactory factory = Thread.ofPlatform().daemon().name(name + "-thread-", 1).factory();
    return new ThreadPoolExecutor(
        size, Integer.MAX_VALUE, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), factory);
  }

  @Override
  public PoolKind kind() {
    return PoolKind.THREADS;
  }

  @Override
  public void resize(int size) {
    super.resize(size);
    threads.setCorePoolSize(size);
  }
}
