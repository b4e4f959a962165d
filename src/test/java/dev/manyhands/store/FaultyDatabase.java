package dev.manyhands.store;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;

/// A SQLite database whose transactions begin and end as a [CommitFault] has them.
final class FaultyDatabase extends SqliteDatabase {
  private final CommitFault fault;

  FaultyDatabase(Path file, CommitFault fault) {
    super(file, 0);
    this.fault = fault;
  }

  @Override
  void prepare() {
    try {
      fault.before(Writes.MIGRATION);
      super.prepare();
      fault.after(Writes.MIGRATION);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public long askMillis() {
    return fault.askMillis(super.askMillis());
  }

  @Override
  public Connection openWriter() throws SQLException {
    return FaultyConnection.of(super.openWriter(), dialect().begin(), fault);
  }
}
