package dev.manyhands.store;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/// As long as a file is there the disk is full: the database may not grow, which SQLite itself
/// finds out, and what would only rewrite it finds no room in the write-ahead log.
record FullDisk(Path sign) implements CommitFault {
  private static final int ENDLESS = 1_000_000_000;

  @Override
  public void begin(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      int most = Files.exists(sign) ? pages(statement) : ENDLESS;
      statement.execute("PRAGMA max_page_count = " + most);
    }
  }

  @Override
  public void before(String write) throws SQLException {
    if (Files.exists(sign) && !write.equals(Writes.MIGRATION)) {
      throw new SQLiteException("no room for " + write, SQLiteErrorCode.SQLITE_FULL);
    }
  }

  private static int pages(Statement statement) throws SQLException {
    try (ResultSet pages = statement.executeQuery("PRAGMA page_count")) {
      return pages.getInt(1);
    }
  }
}
