package dev.manyhands.store;

import java.io.IOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How SQLite's write-ahead log is carried over into the database.
///
/// It runs beside the commits, which meanwhile make the log longer; when little is left of it, that
/// is done between two commits, so that the log can start anew. So no commit waits for more than
/// about [#SMALL_PAGES], and the log does not grow for long beyond [#LOG_BYTES].
final class Checkpoint implements Housekeeping.Upkeep {
  /// The log's length that starts a checkpoint: some 2000 tiny jobs, or the results of a million
  /// tiny tasks, since a longer log saves nothing more.
  static final int LOG_BYTES = 32 * 1024 * 1024;

  /// Pages that are carried over in a millisecond or two.
  private static final int SMALL_PAGES = 512;

  /// Rounds beside the commits, in case that they are as fast as the checkpoint.
  private static final int ROUNDS = 4;

  private static final Logger LOG = LoggerFactory.getLogger(Checkpoint.class);

  private final SqliteDatabase database;
  private final StoreWriter writer;

  Checkpoint(SqliteDatabase database, StoreWriter writer) {
    this.database = database;
    this.writer = writer;
  }

  /// Whether the log is long.
  @Override
  public boolean isDue() {
    try {
      return Files.size(database.log()) > LOG_BYTES;
    } catch (IOException noLogYet) {
      return false;
    }
  }

  @Override
  public void run() throws SQLException {
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
}
