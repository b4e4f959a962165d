package dev.manyhands.testkit;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.testcontainers.postgresql.PostgreSQLContainer;

/// A schema of its own for the nodes of a test, in the PostgreSQL of all tests.
public final class PostgresPlace {
  private static final AtomicInteger NUMBERS = new AtomicInteger();

  private final PostgreSQLContainer server;
  private final String name;

  private PostgresPlace(PostgreSQLContainer server) {
    this.server = server;
    this.name = "place_" + NUMBERS.incrementAndGet() + "_" + ProcessHandle.current().pid();
    run("CREATE SCHEMA " + name);
  }

  public static PostgresPlace fresh() {
    return on(Containers.postgres());
  }

  /// @param server that runs
  public static PostgresPlace on(PostgreSQLContainer server) {
    return new PostgresPlace(server);
  }

  public String url() {
    return through(server.getHost(), server.getMappedPort(5432));
  }

  /// The same by another way, such as a proxy.
  public String through(String host, int port) {
    return "jdbc:postgresql://%s:%d/%s?currentSchema=%s"
        .formatted(host, port, server.getDatabaseName(), name);
  }

  /// A way to it that can be disturbed.
  public Wire wire() throws IOException {
    return Wire.to(() -> new InetSocketAddress(server.getHost(), server.getMappedPort(5432)));
  }

  public String user() {
    return server.getUsername();
  }

  public String password() {
    return server.getPassword();
  }

  /// What a service is told to share it.
  public List<String> settings() {
    return settings(url());
  }

  /// The same by another way.
  public List<String> settings(String url) {
    return List.of(
        "--spring.datasource.url=" + url,
        "--spring.datasource.username=" + user(),
        "--spring.datasource.password=" + password());
  }

  /// The leases of killed nodes run out now, where they would be waited for, and nodes that live
  /// look for what is left, as when another one leaves.
  ///
  /// @param names of the nodes, as LIKE has them
  public void endLeases(String names) {
    run(
        """
        DO $$ BEGIN
          IF to_regclass('nodes') IS NOT NULL THEN
            UPDATE nodes SET lease_until = clock_timestamp() WHERE name LIKE '%s';
            PERFORM pg_notify('manyhands_news', 'left');
          END IF;
        END $$
        """
            .formatted(names));
  }

  public void run(String sql) {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  public long ask(String sql) {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet answer = statement.executeQuery(sql)) {
      answer.next();
      return answer.getLong(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private Connection connect() throws SQLException {
    return DriverManager.getConnection(url(), user(), password());
  }
}
