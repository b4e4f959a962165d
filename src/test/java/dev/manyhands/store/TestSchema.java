package dev.manyhands.store;

import com.google.errorprone.annotations.concurrent.GuardedBy;
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
  static final Duration LEASE = Duration.ofMinutes(10);

  /// Long as well: nobody tries again to open a store, so a machine that stands still for a while
  /// must not end that.
  static final PostgresSettings SETTINGS =
      new PostgresSettings(8, Duration.ofMinutes(1), Duration.ofMinutes(2), Duration.ofMinutes(3));

  /// From one look that a test asks for to the next: each makes every node that watches renew its
  /// lease, which a slow disk must have time for.
  private static final long LOOK_NANOS = Duration.ofMillis(200).toNanos();

  private static final AtomicInteger NUMBERS = new AtomicInteger();

  private final PostgreSQLContainer server;
  private final String name;

  @GuardedBy("this")
  private long lookedAt = System.nanoTime() - LOOK_NANOS;

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
    return PostgresJobStore.open(address(), SETTINGS, LEASE, StoreSettings.LARGE_VALUE_BYTES);
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

  /// Has every node that watches look at its lease and for what others have left, as when one of
  /// them leaves: by itself it does so too, and a test would wait for that longer the longer the
  /// lease is. For use in a condition that is looked at again and again.
  ///
  /// @return false: whatever it leads to comes later
  synchronized boolean looked() {
    long now = System.nanoTime();
    if (now - lookedAt >= LOOK_NANOS) {
      lookedAt = now;
      run("SELECT pg_notify('%s', '%s')".formatted(News.CHANNEL, News.LEFT));
    }
    return false;
  }

  Connection connect() throws SQLException {
    return DriverManager.getConnection(url(), server.getUsername(), server.getPassword());
  }
}
