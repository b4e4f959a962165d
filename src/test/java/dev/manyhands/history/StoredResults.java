package dev.manyhands.history;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/// The results that a killed service has stored, read from a copy of its files, so that its next
/// start finds them as the kill left them.
public final class StoredResults {
  private StoredResults() {}

  /// How many tasks have a result.
  ///
  /// @param data the data folder
  /// @param copy an empty folder
  public static int count(Path data, Path copy) throws IOException, SQLException {
    for (String name : new String[] {"manyhands.db", "manyhands.db-wal"}) {
      if (Files.exists(data.resolve(name))) {
        Files.copy(data.resolve(name), copy.resolve(name));
      }
    }
    Path database = copy.resolve("manyhands.db");
    if (!Files.exists(database)) {
      return 0; // killed before it made one
    }
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database);
        Statement statement = connection.createStatement()) {
      return hasLog(statement) ? sum(statement) : 0;
    }
  }

  private static boolean hasLog(Statement statement) throws SQLException {
    try (ResultSet tables =
        statement.executeQuery("SELECT 1 FROM sqlite_schema WHERE name = 'result_blocks'")) {
      return tables.next();
    }
  }

  private static int sum(Statement statement) throws SQLException {
    try (ResultSet sum =
        statement.executeQuery("SELECT coalesce(sum(count), 0) FROM result_blocks")) {
      return sum.getInt(1);
    }
  }
}
