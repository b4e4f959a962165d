package dev.manyhands.pool;

import java.util.concurrent.Executors;

/// Virtual threads under a limit, for Java functions that wait: a new one for each chunk.
public final class VirtualPool extends JavaPool {
  VirtualPool(String name, int size, Shared shared) {
    super(
        name,
        size,
        shared,
        Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name(name + "-thread-", 1).factory()));
  }

  @Override
  public PoolKind kind() {
    return PoolKind.VIRTUAL;
  }
}
