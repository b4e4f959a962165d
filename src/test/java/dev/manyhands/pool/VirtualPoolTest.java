package dev.manyhands.pool;

final class VirtualPoolTest extends JavaPoolContract {
  @Override
  JavaPool open(int size, JavaPool.Shared shared) {
    return new VirtualPool("virtual", size, shared);
  }
}
