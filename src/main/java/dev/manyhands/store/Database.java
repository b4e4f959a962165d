package dev.manyhands.store;

import java.sql.Connection;
import java.sql.SQLException;

/// Where a [StoreWriter] gets its connection.
interface Database {
  /// A connection that may write. What an earlier one that was given out had begun is done or will
  /// never be.
  Connection openWriter() throws SQLException;

  Dialect dialect();

  /// How long who does not know whether a commit took place asks for it.
  long askMillis();
}
