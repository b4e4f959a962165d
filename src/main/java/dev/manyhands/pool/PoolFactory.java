package dev.manyhands.pool;

/// Makes the pools of one kind.
public interface PoolFactory {
  PoolKind kind();

  /// A pool that is open; who asked for it closes it.
  ///
  /// @param name of the pool, as the settings name it
  WorkerPool open(String name, PoolSettings settings);
}
