package dev.manyhands.store;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How long a node's jobs are its own by its own clock, and who is told. A thread looks at the
/// clock, which waits for no database: that the lease is over is told in time, and again until it
/// is heard.
final class Tenure implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Tenure.class);

  private final long leaseNanos;

  /// From one look at a lease that is over to the next.
  private final long pauseNanos;

  private final ScheduledThreadPoolExecutor clock =
      new ScheduledThreadPoolExecutor(
          1, Thread.ofPlatform().name("node-lease-end").daemon().factory());

  /// Held while the hearer is told, so that it hears one thing at a time, in order.
  private final ReentrantLock telling = new ReentrantLock();

  private volatile Hearer hearer = Hearer.NOBODY;

  /// When the lease that is known of runs out, by [System#nanoTime].
  private volatile long until;

  @GuardedBy("telling")
  private boolean lost;

  /// It is lost, and the hearer could not take that in.
  @GuardedBy("telling")
  private boolean untold;

  private volatile long losses;

  /// @param pause after a look at a lease that is over
  Tenure(Duration lease, Duration pause) {
    this.leaseNanos = lease.toNanos();
    this.pauseNanos = pause.toNanos();
    clock.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  /// Who follows the lease.
  interface Hearer {
    /// It is this node's, by this name; the time to look for jobs of others that are gone.
    ///
    /// @param gone whether there are any
    void renewed(String node, boolean gone);

    /// Told again until it does not throw.
    void lost();

    Hearer NOBODY =
        new Hearer() {
          @Override
          public void renewed(String node, boolean gone) {}

          @Override
          public void lost() {}
        };
  }

  void tell(Hearer newHearer) {
    hearer = newHearer;
  }

  /// It begins.
  ///
  /// @param asked when the lease was asked for, by [System#nanoTime]
  void begin(long asked) {
    until = asked + leaseNanos;
    awaitEnd();
  }

  private void awaitEnd() {
    ScheduledFuture<?> _ =
        clock.schedule(
            () -> {
              endIfOver();
              if (!clock.isShutdown()) {
                awaitEnd();
              }
            },
            Math.max(until - System.nanoTime(), pauseNanos),
            TimeUnit.NANOSECONDS);
  }

  /// Whether it runs, by the clock of this node: once it does not, it is lost for good.
  boolean runs() {
    return System.nanoTime() - until < 0;
  }

  /// How often it was lost.
  long losses() {
    return losses;
  }

  boolean isLost() {
    telling.lock();
    try {
      return lost;
    } finally {
      telling.unlock();
    }
  }

  /// The lease was renewed, or is there anew.
  ///
  /// @param asked when it was asked for, by [System#nanoTime]
  /// @param anew whether all that was lost before is not this node's any more
  void goOn(long asked, boolean anew) {
    telling.lock();
    try {
      lost &= !anew;
      if (!lost) {
        until = asked + leaseNanos;
      }
    } finally {
      telling.unlock();
    }
  }

  /// Tells of a renewal, unless the lease was lost meanwhile.
  void tellRenewed(String node, boolean gone) {
    telling.lock();
    try {
      if (!lost) {
        hearer.renewed(node, gone);
      }
    } finally {
      telling.unlock();
    }
  }

  void endIfOver() {
    telling.lock();
    try {
      if (!runs()) {
        end("it was not renewed in time");
      }
    } finally {
      telling.unlock();
    }
  }

  /// Tells of the loss, if that is still to be done.
  ///
  /// @return false if it could not be told
  boolean end(String why) {
    telling.lock();
    try {
      if (!lost) {
        LOG.error("The lease is lost, since {}: the jobs of this node are given up here", why);
        lost = true;
        untold = true;
        countLoss();
      }
      if (untold) {
        hearer.lost();
        untold = false;
      }
      return true;
    } catch (RuntimeException | Error e) {
      LOG.error("The jobs of this node could not be given up; tried again soon", e);
      return false;
    } finally {
      telling.unlock();
    }
  }

  @GuardedBy("telling")
  @SuppressWarnings("NonAtomicVolatileUpdate") // under the lock
  private void countLoss() {
    losses++;
  }

  @Override
  public void close() {
    clock.shutdown();
  }
}
