package dev.manyhands.store;

import java.sql.Connection;
import java.sql.SQLException;

/// What goes wrong around the transactions of a store. Called by any thread that writes.
interface CommitFault {
  /// A transaction is about to begin on the connection.
  default void begin(Connection connection) throws SQLException {}

  /// All of a write is done but its commit.
  ///
  /// @param write one of [Writes#all]
  default void before(String write) {}

  /// The write is committed and synced, and nobody knows yet.
  default void after(String write) {}

  /// The transaction is committed and synced, after all of [#after].
  default void committed() throws SQLException {}
}
