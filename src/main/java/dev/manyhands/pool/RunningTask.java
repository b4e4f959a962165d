package dev.manyhands.pool;

import java.util.concurrent.atomic.AtomicLong;

/// Which task a worker's thread runs now, and the only way to interrupt it: an interrupt hits that
/// task or nothing. A task that does not heed it can be given up, and its thread with it.
///
/// ```
///           begin                  end
///   IDLE n --------> RUNNING n+1 --------> IDLE n+1
///                       |                     ^
///                       | interrupt           | end, under the lock
///                       v                     |
///                    SIGNALLED n+1 -----------+
///                       |
///                       | giveUp
///                       v
///                    GIVEN UP n+1, for good
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
  private static final int GIVEN_UP = 3;
  private static final int PHASE = 3;
  private static final int SERIAL_SHIFT = 2;

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
  /// @param nowNanos of `System.nanoTime`, for [#ranNanos]
  void begin(long nowNanos) {
    startedNanos.setOpaque(nowNanos);
    // Volatile: whoever asks to stop and then sees IDLE knows that the worker will see the request
    // after this.
    state.set((state.getPlain() & ~PHASE) + (PHASE + 1) + RUNNING);
  }

  /// The worker has left its task's code. Clears the thread's interrupt flag, whoever set it.
  ///
  /// @return whether the task was interrupted through this; see [#isGivenUp] then
  boolean end() {
    long serial = state.getPlain() & ~PHASE;
    boolean signalled = !state.compareAndSet(serial | RUNNING, serial | IDLE);
    if (signalled) {
      synchronized (interrupting) {
        if (!isGivenUp()) {
          state.set(serial | IDLE);
        }
      }
    }
    // Also a flag that the task's code set itself must not reach the next one.
    Thread.interrupted();
    return signalled;
  }

  /// Whether the task that has just ended belongs to others, who have answered for it: the worker
  /// leaves everything as it is.
  boolean isGivenUp() {
    return phase(state.get()) == GIVEN_UP;
  }

  /// The number of the task that runs now, counted from 1; 0: none does.
  long running() {
    long seen = state.get();
    return phase(seen) == RUNNING || phase(seen) == SIGNALLED ? serial(seen) : 0;
  }

  /// The number of the last task that has begun, whether it has ended or not.
  long begun() {
    return serial(state.get());
  }

  /// How long this task has run; negative if it does not.
  long ranNanos(long serial, long nowNanos) {
    long started = startedNanos.getOpaque();
    // A later task may have begun meanwhile, whose start that may have been.
    return running() == serial ? Math.max(0, nowNanos - started) : -1;
  }

  /// Interrupts the task that runs now, if one does; again, if it was interrupted before.
  void interrupt() {
    long serial = running();
    if (serial > 0) {
      interrupt(serial);
    }
  }

  /// Interrupts this task, if it runs; again, if it was interrupted before.
  void interrupt(long serial) {
    synchronized (interrupting) {
      if (moves(serial, SIGNALLED)) {
        worker.interrupt();
      }
    }
  }

  /// Gives this task up, if it runs. From now on all that its worker's thread had belongs to
  /// whoever calls.
  ///
  /// @return false if it has ended
  boolean giveUp(long serial) {
    synchronized (interrupting) {
      return moves(serial, GIVEN_UP);
    }
  }

  private boolean moves(long serial, int to) {
    long seen = state.get();
    while (serial(seen) == serial && (phase(seen) == RUNNING || phase(seen) == SIGNALLED)) {
      if (state.compareAndSet(seen, seen & ~PHASE | to)) {
        return true;
      }
      seen = state.get();
    }
    return false;
  }

  private static long serial(long state) {
    return state >>> SERIAL_SHIFT;
  }

  private static int phase(long state) {
    return (int) state & PHASE;
  }
}
