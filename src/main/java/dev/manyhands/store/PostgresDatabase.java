package dev.manyhands.store;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Objects;
import java.util.Properties;
import java.util.UUID;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/// The PostgreSQL database, opened so that nothing waits for it without an end: each statement and
/// each answer has its time, and who stops in the middle of a transaction is thrown out of it.
class PostgresDatabase implements Database {
  private static final Dialect DIALECT = new PostgresDialect();

  /// How long a server of one of our transactions may hear nothing: a node that stands still must
  /// not keep others from its jobs' rows.
  private static final int IDLE_MILLIS = 5_000;

  /// How long the end of a connection is awaited that broke or was dropped.
  private static final int END_MILLIS = 5_000;

  /// Ends what still runs of the writing connection before, so that what it had begun is done or
  /// never will be. The name is of this process only: a number may be another's by now.
  private static final String END =
      """
      SELECT pg_terminate_backend(pid, ?) FROM pg_stat_activity
      WHERE pid = ? AND application_name = ?
      """;

  private final DatabaseAddress address;
  private final PostgresSettings settings;
  private final String name =
      "manyhands-writer-" + UUID.randomUUID().toString().replace("-", "").substring(0, 16);

  /// The server's number of the writing connection that was given out last; 0: none was.
  @GuardedBy("this")
  private int previous;

  PostgresDatabase(DatabaseAddress address, PostgresSettings settings) {
    this.address = address;
    this.settings = settings;
  }

  /// Creates the tables, or brings older ones up to date.
  ///
  /// @throws DatabaseUnusable if the server lets nobody in, or is too old
  Durability prepare() {
    try {
      Flyway.configure()
          .dataSource(source("manyhands-migration", false))
          .locations("classpath:db/migration/postgres")
          .load()
          .migrate();
    } catch (FlywayException e) {
      throw unusable(e.getCause() instanceof SQLException server ? server : e);
    }
    try (Connection connection = source("manyhands-start", true).getConnection()) {
      return new PostgresChecks(connection).durability();
    } catch (SQLException e) {
      throw unusable(e);
    }
  }

  private DatabaseUnusable unusable(Exception why) {
    return new DatabaseUnusable(
        "the database " + address.place() + " cannot be opened: " + why.getMessage(), why);
  }

  @Override
  public Dialect dialect() {
    return DIALECT;
  }

  /// Longer than a server takes to start again, and a lease: a node that gets no answer for so long
  /// is no node any more.
  @Override
  public long askMillis() {
    return Math.max(settings.socketTimeout().toMillis(), 2 * settings.connectTimeout().toMillis());
  }

  @Override
  public synchronized Connection openWriter() throws SQLException {
    Connection connection = source(name, true).getConnection();
    try {
      if (previous != 0) {
        end(connection, previous);
      }
      previous = number(connection);
      return connection;
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  private static int number(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet number = statement.executeQuery("SELECT pg_backend_pid()")) {
      number.next();
      return number.getInt(1);
    }
  }

  private void end(Connection connection, int backend) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(END)) {
      statement.setLong(1, END_MILLIS);
      statement.setInt(2, backend);
      statement.setString(3, name);
      try (ResultSet ended = statement.executeQuery()) {
        if (ended.next() && !ended.getBoolean(1)) {
          throw new SQLException("the server still runs what a broken connection had begun");
        }
      }
    }
  }

  /// A connection for the lease of this node alone. What takes longer than a third of the lease is
  /// to be tried again while there is time, on another connection: this one may be broken.
  Connection openLease(Duration lease) throws SQLException {
    return source("manyhands-lease", true, settings.within(lease.dividedBy(3))).getConnection();
  }

  /// A connection that hears what other nodes tell.
  Connection openNews() throws SQLException {
    return source("manyhands-news", true).getConnection();
  }

  /// Connections that cannot write.
  HikariDataSource openReaders() {
    HikariConfig pool = new HikariConfig();
    pool.setPoolName("store-readers");
    pool.setMaximumPoolSize(settings.connections());
    pool.setMinimumIdle(1);
    pool.setReadOnly(true);
    pool.setConnectionTimeout(settings.connectTimeout().toMillis());
    pool.setInitializationFailTimeout(-1); // the start has asked already
    pool.setDataSource(source("manyhands-reader", true));
    return new HikariDataSource(pool);
  }

  /// @param timed whether statements have their time: a migration takes as long as it takes
  private DataSource source(String application, boolean timed) {
    return source(application, timed, settings);
  }

  private DataSource source(String application, boolean timed, PostgresSettings settings) {
    Properties driver = new Properties();
    if (address.username() != null) {
      driver.setProperty("user", address.username());
    }
    if (address.password() != null) {
      driver.setProperty("password", address.password());
    }
    driver.setProperty("ApplicationName", application);
    driver.setProperty("tcpKeepAlive", "true");
    driver.setProperty("connectTimeout", seconds(settings.connectTimeout()));
    driver.setProperty("loginTimeout", seconds(settings.connectTimeout()));
    if (timed) {
      driver.setProperty("socketTimeout", seconds(settings.socketTimeout()));
      driver.setProperty(
          "options",
          "-c statement_timeout=%d -c idle_in_transaction_session_timeout=%d"
              .formatted(settings.statementTimeout().toMillis(), IDLE_MILLIS));
    }
    return new DriverManagerDataSource(Objects.requireNonNull(address.url()), driver);
  }

  /// The driver counts whole seconds, and takes 0 for no end.
  private static String seconds(Duration time) {
    return Long.toString(Math.ceilDiv(time.toMillis(), 1000L));
  }
}
