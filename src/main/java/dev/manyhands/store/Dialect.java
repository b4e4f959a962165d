package dev.manyhands.store;

/// Where databases differ in how they are spoken to. The statements of the store are written once,
/// as PostgreSQL takes them.
interface Dialect {
  /// Begins a transaction that writes.
  String begin();

  /// The statement as this database takes it. Asked for once a statement and connection.
  String text(String statement);

  /// A query of blocks, in their order by `place` and with their `bytes`, that ends with the row
  /// that brings it to `most` bytes; or the query itself, if its rows come one by one.
  String upTo(long most, String query, String place);

  Fault fault(Throwable fault);

  /// Whose disk it is that may be full, as an operator would look for it.
  String disk();

  /// Whether there can be other nodes on the database.
  boolean isShared();

  /// What a fault of the database means to the store.
  enum Fault {
    /// There was no room for what was to be written.
    FULL,

    /// What was written could not be synced: nobody knows what the disk holds.
    UNSYNCED,

    /// A rule of the tables forbids it.
    FORBIDDEN,

    /// Anything else: it may succeed later.
    OTHER
  }
}
