package dev.manyhands.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KeptStatementsTest {
  private static final String SQL = "SELECT ?";

  private Connection connection;

  @BeforeEach
  void connect() throws SQLException {
    connection = KeptStatements.on(DriverManager.getConnection("jdbc:sqlite::memory:"));
  }

  @AfterEach
  void disconnect() throws SQLException {
    connection.close();
  }

  @Test
  void closedStatementIsUsedAgainWithoutItsParameters() throws SQLException {
    PreparedStatement first = connection.prepareStatement(SQL);
    first.setInt(1, 7);
    first.close();

    PreparedStatement second = connection.prepareStatement(SQL);

    assertThat(second).isSameAs(first);
    try (ResultSet row = second.executeQuery()) {
      assertThat(row.getObject(1)).isNull();
    }
  }

  @Test
  void openStatementIsNotGivenOutTwice() throws SQLException {
    try (PreparedStatement outer = connection.prepareStatement(SQL);
        PreparedStatement inner = connection.prepareStatement(SQL)) {
      outer.setInt(1, 1);
      inner.setInt(1, 2);
      try (ResultSet one = outer.executeQuery();
          ResultSet two = inner.executeQuery()) {
        assertThat(one.getInt(1)).isOne();
        assertThat(two.getInt(1)).isEqualTo(2);
      }
    }
  }
}
