package dev.manyhands.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/// A PostgreSQL database whose transactions begin and end as a [CommitFault] has them.
final class FaultyPostgres extends PostgresDatabase {
  private final CommitFault fault;

  FaultyPostgres(DatabaseAddress address, PostgresSettings settings, CommitFault fault) {
    super(address, settings);
    this.fault = fault;
  }

  @Override
  Durability prepare() {
    try {
      fault.before(Writes.MIGRATION);
      Durability durability = super.prepare();
      fault.after(Writes.MIGRATION);
      return durability;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public long askMillis() {
    return fault.askMillis(super.askMillis());
  }

  @Override
  public synchronized Connection openWriter() throws SQLException {
    fault.open();
    return FaultyConnection.of(super.openWriter(), dialect().begin(), fault);
  }

  @Override
  Connection openLease(Duration lease) throws SQLException {
    return FaultyConnection.ofLease(super.openLease(lease), fault);
  }
}
