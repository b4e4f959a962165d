package dev.manyhands.pool;

final class ThreadPoolTest extends JavaPoolContract {
  @Override
  JavaPool open(int size, JavaPool.Shared shared) {
    return new ThreadPool("thread", size, shared);
  }

  @Override
  TaskFunction.Nature nature() {
    return TaskFunction.Nature.COMPUTES;
  }
}
