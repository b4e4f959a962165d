package dev.manyhands.history;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;

/// The results that a killed service has stored, read from a copy of its files, so that its next
/// start finds them as the kill left them.
public final class StoredResults {
  private StoredResults() {}

  private static final String BY_KEY =
      """
      SELECT json_extract(CAST(spec AS TEXT), '$.labels.key') AS key, sum(count) AS ended
      FROM result_blocks JOIN job_specs USING (job_id) GROUP BY key
      """;

  /// How many tasks of each key have a result.
  ///
  /// @param data the data folder
  /// @param copy an empty folder
  public static Map<String, Integer> count(Path data, Path copy) throws IOException, SQLException {
    for (String name : new String[] {"manyhands.db", "manyhands.db-wal"}) {
      if (Files.exists(data.resolve(name))) {
        Files.copy(data.resolve(name), copy.resolve(name));
      }
    }
    Path database = copy.resolve("manyhands.db");
    if (!Files.exists(database)) {
      return Map.of(); // killed before it made one
    }
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database);
        Statement statement = connection.createStatement()) {
      return hasLog(statement) ? counts(statement, BY_KEY) : Map.of();
    }
  }

  private static final String BY_KEY_ON_POSTGRES =
      """
      SELECT convert_from(spec, 'UTF8')::json -> 'labels' ->> 'key' AS key, sum(count) AS ended
      FROM result_blocks JOIN job_specs USING (job_id) GROUP BY 1
      """;

  /// The same of a service that stores them in PostgreSQL: what is committed is there to be read.
  public static Map<String, Integer> count(String url, String user, String password)
      throws SQLException {
    try (Connection connection = DriverManager.getConnection(url, user, password);
        Statement statement = connection.createStatement()) {
      return hasLogOnPostgres(statement) ? counts(statement, BY_KEY_ON_POSTGRES) : Map.of();
    }
  }

  private static boolean hasLogOnPostgres(Statement statement) throws SQLException {
    try (ResultSet table =
        statement.executeQuery("SELECT 1 WHERE to_regclass('result_blocks') IS NOT NULL")) {
      return table.next();
    }
  }

  private static boolean hasLog(Statement statement) throws SQLException {
    try (ResultSet tables =
        statement.executeQuery("SELECT 1 FROM sqlite_schema WHERE name = 'result_blocks'")) {
      return tables.next();
    }
  }

  private static Map<String, Integer> counts(Statement statement, String byKey)
      throws SQLException {
    Map<String, Integer> counts = new HashMap<>();
    try (ResultSet rows = statement.executeQuery(byKey)) {
      while (rows.next()) {
        counts.put(rows.getString("key"), rows.getInt("ended"));
      }
    }
    return counts;
  }
}
