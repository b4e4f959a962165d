package dev.manyhands.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/// What is asked of a PostgreSQL server before it is trusted with results.
final class PostgresChecks {
  /// Has what ends another connection and waits for that.
  private static final int OLDEST = 14;

  private final Connection connection;

  PostgresChecks(Connection connection) {
    this.connection = connection;
  }

  /// @throws DatabaseUnusable if the server is too old, or cannot be written to
  Durability durability() throws SQLException {
    int version = connection.getMetaData().getDatabaseMajorVersion();
    if (version < OLDEST) {
      throw new DatabaseUnusable("expected PostgreSQL 14 or later, got: " + version, null);
    }
    if (ask("transaction_read_only").equals("on")) {
      throw new DatabaseUnusable(
          "expected a PostgreSQL server that can be written to, got a read-only one: a standby?",
          null);
    }
    List<String> weak = new ArrayList<>();
    for (String setting : List.of("fsync", "synchronous_commit", "full_page_writes")) {
      if (ask(setting).equals("off")) {
        weak.add(setting + "=off");
      }
    }
    return weak.isEmpty()
        ? Durability.SYNCED
        : new Durability(
            "PostgreSQL runs with "
                + String.join(", ", weak)
                + ": a crash of its machine may lose jobs and results that were acknowledged");
  }

  private String ask(String setting) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet answer = statement.executeQuery("SHOW " + setting)) {
      answer.next();
      return answer.getString(1);
    }
  }
}
