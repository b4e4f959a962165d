package dev.manyhands.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.testcontainers.postgresql.PostgreSQLContainer;
import org.testcontainers.rabbitmq.RabbitMQContainer;

/// The servers answer, and keep what they are told as in production.
@ExtendWith(Containers.class)
class ContainersTest {
  @Test
  void postgresSyncsWhatItCommits() throws Exception {
    PostgreSQLContainer postgres = Containers.postgres();
    try (Connection connection =
            DriverManager.getConnection(
                postgres.getJdbcUrl(), postgres.getUsername(), postgres.getPassword());
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SHOW fsync")) {
      assertThat(rows.next()).isTrue();
      assertThat(rows.getString(1)).isEqualTo("on");
    }
  }

  @Test
  void rabbitRuns() throws Exception {
    RabbitMQContainer rabbit = Containers.rabbit();
    assertThat(rabbit.execInContainer("rabbitmqctl", "await_startup").getExitCode()).isZero();
  }
}
