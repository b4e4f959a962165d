package dev.manyhands.dispatch;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// Wakes those who wait for something to change, at once and without a lock; costs whoever changes
/// it one look while nobody waits.
///
/// No wake-up is lost: a waiter is in the set before it looks, and what changes is changed before
/// the set is looked at. A waiter that is woken in vain looks and waits on.
final class Signal {
  /// So many are woken by the thread that brings the change; more by a thread of their own, so that
  /// ten thousand readers do not hold the writer up.
  private static final int FEW = 16;

  private final Set<Thread> waiting = ConcurrentHashMap.newKeySet();

  void raise() {
    if (waiting.isEmpty()) {
      return;
    }
    if (waiting.size() <= FEW) {
      wake();
    } else {
      Thread.startVirtualThread(this::wake);
    }
  }

  private void wake() {
    waiting.forEach(LockSupport::unpark);
  }

  /// Returns when the fact holds, the time has passed or the thread is interrupted, which it stays.
  void await(BooleanSupplier fact, long nanos) {
    Thread me = Thread.currentThread();
    long deadline = System.nanoTime() + nanos;
    waiting.add(me);
    try {
      while (!fact.getAsBoolean() && !me.isInterrupted()) {
        long left = deadline - System.nanoTime();
        if (left <= 0) {
          return;
        }
        LockSupport.parkNanos(this, left);
      }
    } finally {
      waiting.remove(me);
    }
  }
}
