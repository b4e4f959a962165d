package dev.manyhands.pool;

import java.util.concurrent.atomic.AtomicLong;

/// Which task a worker's thread runs now, and the only way to interrupt it: an interrupt hits that
/// task or nothing.
///
/// ```
///           begin                  end
///   IDLE n --------> RUNNING n+1 --------> IDLE n+1
///                       |                     ^
///                       | interrupt           | end, under the lock
///                       v                     |
///                    SIGNALLED n+1 -----------+
/// ```
///
/// Why no interrupt leaks into the next task: the state is one word, serial number and phase, and
/// no serial number comes twice. Who interrupts turns exactly the RUNNING word that it looked at
/// into SIGNALLED, so it fails once that task has ended; and it holds the lock from before that
/// until `Thread.interrupt` has returned. The worker leaves a task either from RUNNING, and then
/// nobody has interrupted it or still can, or, finding SIGNALLED, through the lock, and then the
/// call of `Thread.interrupt` is over. After that it clears the flag. So nothing meant for task n
/// is sent after `end` of n has returned, and nothing sent before is left in the flag.
final class RunningTask {
  private static final int IDLE = 0;
  private static final int RUNNING = 1;
  private static final int SIGNALLED = 2;
  private static final int PHASE = 3;

  private final Thread worker;
  private final Object interrupting = new Object();
  private final AtomicLong state = new AtomicLong(IDLE);
  // Written by the worker before its state, which publishes it.
  private final AtomicLong startedNanos = new AtomicLong();

  /// @param worker the only thread that calls [#begin] and [#end]
  RunningTask(Thread worker) {
    this.worker = worker;
  }

  /// The worker starts its next task.
  ///
  /// @param nowNanos of `System.nanoTime`, for [#interruptIfOlder]
  void begin(long nowNanos) {
    startedNanos.setOpaque(nowNanos);
    // Volatile: whoever asks to stop and then sees IDLE knows that the worker will see the request
    // after this.
    state.set((state.getPlain() & ~PHASE) + (PHASE + 1) + RUNNING);
  }

  /// The worker has left its task's code. Clears the thread's interrupt flag, whoever set it.
  ///
  /// @return whether the task was interrupted through this
  boolean end() {
    long serial = state.getPlain() & ~PHASE;
    boolean signalled = !state.compareAndSet(serial | RUNNING, serial | IDLE);
    if (signalled) {
      synchronized (interrupting) {
        state.set(serial | IDLE);
      }
    }
    // Also a flag that the task's code set itself must not reach the next one.
    Thread.interrupted();
    return signalled;
  }

  /// Interrupts the task that runs now, if one does; again, if it was interrupted before.
  void interrupt() {
    synchronized (interrupting) {
      long seen = state.get();
      while (phase(seen) == RUNNING && !state.compareAndSet(seen, seen & ~PHASE | SIGNALLED)) {
        seen = state.get();
      }
      if (phase(seen) != IDLE) {
        worker.interrupt();
      }
    }
  }

  /// Interrupts the task that runs now if it has run for so long and was not interrupted yet.
  ///
  /// @return nanoseconds after which to look again
  long interruptIfOlder(long limitNanos, long nowNanos) {
    long seen = state.get();
    if (phase(seen) != RUNNING) {
      return limitNanos;
    }
    // Perhaps the start of a later task by now; then the state has moved on, and nothing is done.
    long ranNanos = nowNanos - startedNanos.getOpaque();
    if (ranNanos < limitNanos) {
      return limitNanos - ranNanos;
    }
    synchronized (interrupting) {
      if (state.compareAndSet(seen, seen & ~PHASE | SIGNALLED)) {
        worker.interrupt();
      }
    }
    return limitNanos;
  }

  private static int phase(long state) {
    return (int) state & PHASE;
  }
}
