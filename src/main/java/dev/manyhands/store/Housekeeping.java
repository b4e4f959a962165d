package dev.manyhands.store;

import java.io.IOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What a commit need not wait for, on a thread of its own: carrying the write-ahead log over into
/// the database (a checkpoint), and deleting the blocks of removed jobs in portions.
///
/// A checkpoint runs beside the commits, which meanwhile make the log longer; when little is left
/// of it, that is done between two commits, so that the log can start anew. So no commit waits for
/// more than about [#SMALL_PAGES], and the log does not grow for long beyond [#LOG_BYTES].
final class Housekeeping implements AutoCloseable {
  /// The log's length that starts a checkpoint: some 2000 tiny jobs, or the results of a million
  /// tiny tasks, since a longer log saves nothing more.
  static final int LOG_BYTES = 32 * 1024 * 1024;

  /// Pages that are carried over in a millisecond or two.
  private static final int SMALL_PAGES = 512;

  /// Rounds beside the commits, in case that they are as fast as the checkpoint.
  private static final int ROUNDS = 4;

  private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);

  private final SqliteDatabase database;
  private final SqliteWriter writer;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().name("store-housekeeping").daemon().factory());
  private final AtomicBoolean due = new AtomicBoolean();

  Housekeeping(SqliteDatabase database, SqliteWriter writer) {
    this.database = database;
    this.writer = writer;
  }

  /// Looks, after a commit, whether something is to do.
  ///
  /// @param removed whether blocks were left to be deleted
  void afterCommit(boolean removed) {
    if ((removed || isLogLong()) && due.compareAndSet(false, true)) {
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
        carryOverIfLong();
      }
      carryOverIfLong();
    } catch (SQLException | RuntimeException e) {
      LOG.warn("Housekeeping of the store failed; it is tried again after a commit", e);
    }
  }

  private void carryOverIfLong() throws SQLException {
    if (!isLogLong()) {
      return;
    }
    try (Connection connection = database.openWriter();
        Statement statement = connection.createStatement()) {
      for (int round = 0; round < ROUNDS && carryOver(statement) > SMALL_PAGES; round++) {
        LOG.debug("The store's log has grown during a checkpoint");
      }
      writer.<SQLException>betweenTransactions(() -> carryOver(statement));
    }
  }

  /// @return pages of the log that are still not in the database, since they came during the
  ///   checkpoint or a reader still needs what they replace
  private static int carryOver(Statement statement) throws SQLException {
    try (ResultSet pages = statement.executeQuery("PRAGMA wal_checkpoint(PASSIVE)")) {
      return pages.getInt("log") - pages.getInt("checkpointed");
    }
  }

  private boolean isLogLong() {
    try {
      return Files.size(database.log()) > LOG_BYTES;
    } catch (IOException noLogYet) {
      return false;
    }
  }

  /// Finishes what it is doing, at most a portion.
  @Override
  public void close() {
    thread.shutdown();
    try {
      if (!thread.awaitTermination(30, TimeUnit.SECONDS)) {
        LOG.warn("Housekeeping of the store has not ended in 30 s; its files may stay open");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
