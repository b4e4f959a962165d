package dev.manyhands.store;

import java.sql.SQLException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What a commit need not wait for, on a thread of its own: deleting the blocks of removed jobs in
/// portions, and the upkeep that the database itself needs.
final class Housekeeping implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);

  private final StoreWriter writer;
  private final Upkeep upkeep;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().name("store-housekeeping").daemon().factory());
  private final AtomicBoolean due = new AtomicBoolean();

  Housekeeping(StoreWriter writer, Upkeep upkeep) {
    this.writer = writer;
    this.upkeep = upkeep;
  }

  /// Work that a kind of database needs now and then.
  interface Upkeep {
    /// Asked after every commit.
    boolean isDue();

    void run() throws SQLException;

    /// Of a database that does it itself.
    Upkeep NONE =
        new Upkeep() {
          @Override
          public boolean isDue() {
            return false;
          }

          @Override
          public void run() {}
        };
  }

  /// Looks, after a commit, whether something is to do.
  ///
  /// @param removed whether blocks were left to be deleted
  void afterCommit(boolean removed) {
    if ((removed || upkeep.isDue()) && due.compareAndSet(false, true)) {
      thread.execute(this::keep);
    }
  }

  /// Returns when all that was due is done.
  void awaitIdle() throws InterruptedException {
    CountDownLatch idle = new CountDownLatch(1);
    thread.execute(idle::countDown);
    idle.await();
  }

  private void keep() {
    due.set(false);
    try {
      while (!thread.isShutdown() && writer.inTransaction(Leftovers::deletePortion)) {
        runIfDue();
      }
      runIfDue();
    } catch (SQLException | RuntimeException e) {
      LOG.warn("Housekeeping of the store failed; it is tried again after a commit", e);
    }
  }

  private void runIfDue() throws SQLException {
    if (upkeep.isDue()) {
      upkeep.run();
    }
  }

  /// Finishes what it is doing, at most a portion.
  @Override
  public void close() {
    thread.shutdown();
    try {
      if (!thread.awaitTermination(30, TimeUnit.SECONDS)) {
        LOG.warn("Housekeeping of the store has not ended in 30 s; its connection may stay open");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
