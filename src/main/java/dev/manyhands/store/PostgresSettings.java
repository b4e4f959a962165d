package dev.manyhands.store;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/// How PostgreSQL is spoken to, if it is the store: its address is Spring's own setting.
///
/// @param connections that read at once; one more writes
/// @param connectTimeout how long a new connection, or a free one, is awaited
/// @param statementTimeout how long the server works on one statement
/// @param socketTimeout how long an answer is awaited
@Validated
@ConfigurationProperties("manyhands.postgres")
record PostgresSettings(
    @DefaultValue("8") int connections,
    @DefaultValue("5s") Duration connectTimeout,
    @DefaultValue("15s") Duration statementTimeout,
    @DefaultValue("20s") Duration socketTimeout) {
  private static final int MOST = 100;
  private static final Duration LEAST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofMinutes(10);

  PostgresSettings {
    if (connections < 1 || connections > MOST) {
      throw new IllegalArgumentException(
          "manyhands.postgres.connections: expected 1 to " + MOST + ", got: " + connections);
    }
    check("connect-timeout", connectTimeout);
    check("statement-timeout", statementTimeout);
    check("socket-timeout", socketTimeout);
    if (socketTimeout.compareTo(statementTimeout) <= 0) {
      throw new IllegalArgumentException(
          "manyhands.postgres.socket-timeout: expected more than the statement-timeout of "
              + statementTimeout
              + ", so that the server answers first, got: "
              + socketTimeout);
    }
  }

  /// The same for who has no more than so much time for a statement.
  PostgresSettings within(Duration most) {
    Duration statement = shorter(statementTimeout, most.compareTo(LEAST) < 0 ? LEAST : most);
    return new PostgresSettings(
        connections,
        shorter(connectTimeout, statement),
        statement,
        shorter(socketTimeout, statement.plusSeconds(1)));
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private static void check(String name, Duration value) {
    if (value.compareTo(LEAST) < 0 || value.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "manyhands.postgres." + name + ": expected 1s to 10m, got: " + value);
    }
  }
}
