package dev.manyhands.store;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SqliteChecksTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "journal_mode, delete",
    "synchronous, normal",
    "synchronous, off",
    "foreign_keys, off"
  })
  void weakerDatabaseIsRefused(String pragma, String value) throws SQLException {
    Path file = folder.resolve("weak.db");
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file)) {
      SqliteChecks checks = new SqliteChecks(file, connection);
      checks.set("journal_mode", "wal");
      checks.set("synchronous", "full");
      checks.set("foreign_keys", "on");
      assertThatCode(checks::isDurable).doesNotThrowAnyException();

      checks.set(pragma, value);

      assertThatThrownBy(checks::isDurable)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining(file.toString())
          .hasMessageContaining(pragma);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"3.51.3", "3.51.10", "3.100.0", "4.0.0"})
  void recentDriverIsTaken(String version) {
    assertThatCode(() -> SqliteChecks.isRecent(version)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(strings = {"3.51.2", "3.9.99", "2.99.99"})
  void olderDriverIsRefused(String version) {
    assertThatThrownBy(() -> SqliteChecks.isRecent(version))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(version);
  }
}
