package dev.manyhands.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// The nodes of a test, on a schema of their own. Where it is not said, no lease runs out, or is
/// renewed, by itself meanwhile: a node looks at the leases when it begins to watch, and when a
/// test has it look.
final class TestNodes implements AutoCloseable {
  final TestSchema schema = TestSchema.fresh();
  private final List<PostgresJobStore> opened = new ArrayList<>();

  PostgresJobStore open() {
    return opened(schema.open());
  }

  PostgresJobStore open(CommitFault fault) {
    return open(fault, TestSchema.LEASE);
  }

  PostgresJobStore open(CommitFault fault, Duration lease) {
    return open(new FaultyPostgres(schema.address(), TestSchema.SETTINGS, fault), lease);
  }

  /// With a lease that is not renewed for as long as the database does not answer: the connection
  /// of the lease waits as any other does, where it would have a third of the lease.
  PostgresJobStore openPatient(Duration lease) {
    PostgresDatabase patient =
        new PostgresDatabase(schema.address(), TestSchema.SETTINGS) {
          @Override
          Connection openLease(Duration ofNode) throws SQLException {
            return super.openLease(TestSchema.LEASE);
          }
        };
    return open(patient, lease);
  }

  private PostgresJobStore open(PostgresDatabase database, Duration lease) {
    return opened(PostgresJobStore.open(database, lease, StoreSettings.LARGE_VALUE_BYTES));
  }

  private PostgresJobStore opened(PostgresJobStore store) {
    opened.add(store);
    return store;
  }

  /// The node is gone, as those see it who look.
  void runOut(PostgresJobStore store) {
    schema.run(
        "UPDATE nodes SET lease_until = clock_timestamp() WHERE id = '"
            + store.nodes().self()
            + "'");
  }

  /// All that there are now.
  void runOut() {
    schema.run("UPDATE nodes SET lease_until = clock_timestamp() - INTERVAL '1 second'");
  }

  void close(PostgresJobStore store) {
    opened.remove(store);
    store.close();
  }

  @Override
  public void close() {
    opened.forEach(PostgresJobStore::close);
  }

  /// What is done in the midst of a transaction, which the server would end if that took long.
  interface InTransaction extends CommitFault {
    @Override
    default void begin(Connection connection) throws SQLException {
      try (Statement statement = connection.createStatement()) {
        statement.execute("SET idle_in_transaction_session_timeout = 0");
      }
    }
  }
}
