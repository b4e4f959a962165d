package dev.manyhands.store;

import dev.manyhands.testkit.Containers;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.testcontainers.postgresql.PostgreSQLContainer;

/// A place of its own for a test in the PostgreSQL of all tests.
final class TestSchema {
  /// Long: no lease runs out in a test by itself.
  private static final Duration LEASE = Duration.ofMinutes(10);

  static final PostgresSettings SETTINGS =
      new PostgresSettings(
          8, Duration.ofSeconds(5), Duration.ofSeconds(15), Duration.ofSeconds(20));

  private static final AtomicInteger NUMBERS = new AtomicInteger();

  private final PostgreSQLContainer server;
  private final String name;

  private TestSchema(PostgreSQLContainer server, String name) {
    this.server = server;
    this.name = name;
  }

  static TestSchema fresh() {
    return on(Containers.postgres());
  }

  static TestSchema on(PostgreSQLContainer server) {
    TestSchema schema = new TestSchema(server, "test_" + NUMBERS.incrementAndGet());
    schema.run("CREATE SCHEMA " + schema.name);
    return schema;
  }

  PostgresJobStore open() {
    return open(LEASE);
  }

  PostgresJobStore open(Duration lease) {
    return PostgresJobStore.open(address(), SETTINGS, lease, StoreSettings.LARGE_VALUE_BYTES);
  }

  DatabaseAddress address() {
    return new DatabaseAddress(url(), server.getUsername(), server.getPassword());
  }

  String url() {
    String url = server.getJdbcUrl();
    return url + (url.contains("?") ? "&" : "?") + "currentSchema=" + name;
  }

  void run(String sql) {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  long ask(String sql) {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet answer = statement.executeQuery(sql)) {
      answer.next();
      return answer.getLong(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  Connection connect() throws SQLException {
    return DriverManager.getConnection(url(), server.getUsername(), server.getPassword());
  }
}
