package dev.manyhands.store;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;

/// What must hold before a database is trusted with results. What does not stops the start, with a
/// message that names the file.
final class SqliteChecks {
  /// Older ones may lose what was committed when a checkpoint meets the start of a new log
  /// (sqlite.org/wal.html, the WAL-reset bug).
  private static final int[] OLDEST = {3, 51, 3};

  private static final String FULL = "2";

  private final Path file;
  private final Connection connection;

  SqliteChecks(Path file, Connection connection) {
    this.file = file;
    this.connection = connection;
  }

  void isRecent() throws SQLException {
    isRecent(ask("SELECT sqlite_version()"));
  }

  static void isRecent(String version) {
    int[] parts = Arrays.stream(version.split("\\.")).mapToInt(Integer::parseInt).toArray();
    if (Arrays.compare(parts, OLDEST) < 0) {
      throw new IllegalStateException("expected SQLite 3.51.3 or later, got: " + version);
    }
  }

  /// A new file or a store.
  void isOurs(int applicationId) throws SQLException {
    boolean isNew = ask("SELECT count(*) FROM sqlite_schema").equals("0");
    String id = ask("PRAGMA application_id");
    if (!isNew && !id.equals(Integer.toString(applicationId))) {
      throw new StoreUnusable(file + " is another program's database: application " + id, null);
    }
  }

  void set(String pragma, String value) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA " + pragma + " = " + value);
    }
  }

  /// Read back, since SQLite passes over a setting that it cannot follow.
  void isDurable() throws SQLException {
    expect("journal_mode", "wal");
    expect("synchronous", FULL);
    expect("foreign_keys", "1");
  }

  private void expect(String pragma, String value) throws SQLException {
    String came = ask("PRAGMA " + pragma);
    if (!came.equals(value)) {
      throw new StoreUnusable(
          file + ": expected " + pragma + " to be " + value + ", got: " + came, null);
    }
  }

  private String ask(String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet answer = statement.executeQuery(sql)) {
      return answer.getString(1);
    }
  }
}
