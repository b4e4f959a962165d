package dev.manyhands.pool;

import java.util.concurrent.Executors;

/// Virtual threads under a limit, for functions that wait: a new one for each chunk.
///
/// What computes gets a platform thread here, too: Java takes no virtual thread off its core, and
/// the service's own requests run on virtual threads of the same cores.
public final class VirtualPool extends JavaPool {
  VirtualPool(String name, int size, Shared shared) {
    super(
        name,
        size,
        shared,
        new Lenders(
            ThreadPool.executor(name, 0),
            Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name(name + "-thread-", 1).factory())));
  }

  @Override
  public PoolKind kind() {
    return PoolKind.VIRTUAL;
  }
}
