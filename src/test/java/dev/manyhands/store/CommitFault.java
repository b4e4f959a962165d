package dev.manyhands.store;

import java.sql.Connection;
import java.sql.SQLException;

/// What goes wrong around the transactions of a store. Called by any thread that writes.
interface CommitFault {
  /// A connection that writes is about to be opened.
  default void open() throws SQLException {}

  /// How long who does not know whether a commit took place asks for it.
  ///
  /// @param usual how long without a fault
  default long askMillis(long usual) {
    return usual;
  }

  /// A transaction is about to begin on the connection.
  default void begin(Connection connection) throws SQLException {}

  /// A statement of a transaction is about to run on a connection that writes.
  default void statement(String sql) throws SQLException {}

  /// All of a write is done but its commit; if this fails, that does not take place.
  ///
  /// @param write one of [Writes#all]
  default void before(String write) throws SQLException {}

  /// The write is committed and synced, and nobody knows yet; if this fails, nobody will.
  default void after(String write) throws SQLException {}
}
