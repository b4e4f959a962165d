package dev.manyhands.store;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

class StoreWriterTest {
  private static final class Away implements Database {
    @Override
    public Dialect dialect() {
      return new PostgresDialect();
    }

    @Override
    public long askMillis() {
      return 0;
    }

    @Override
    public Connection openWriter() throws SQLException {
      throw new SQLException("no answer", "08001");
    }
  }

  @Test
  void aStoreThatLetsNobodyInIsUnreachable() {
    try (StoreWriter writer = new StoreWriter(new Away())) {
      assertThatThrownBy(() -> writer.inTransaction(_ -> "done"))
          .isInstanceOf(StoreUnreachable.class)
          .hasMessage("the store cannot commit: no answer");
    }
  }
}
