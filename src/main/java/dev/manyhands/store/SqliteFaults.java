package dev.manyhands.store;

import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/// What SQLite's error codes mean to the store.
final class SqliteFaults {
  private SqliteFaults() {}

  /// Whether there was no room for what was to be written. The sync of what was written is not
  /// among these: after its failure nobody knows what the disk holds.
  static boolean isFull(Throwable fault) {
    SQLiteErrorCode code = code(fault);
    return code == SQLiteErrorCode.SQLITE_FULL
        || code == SQLiteErrorCode.SQLITE_IOERR_WRITE
        || code == SQLiteErrorCode.SQLITE_IOERR_SHMSIZE;
  }

  /// Whether what was written could not be synced.
  static boolean isSync(Throwable fault) {
    return code(fault) == SQLiteErrorCode.SQLITE_IOERR_FSYNC;
  }

  /// Whether a rule of the tables forbids it.
  static boolean isConstraint(Throwable fault) {
    SQLiteErrorCode code = code(fault);
    return code != null && (code.code & 0xff) == SQLiteErrorCode.SQLITE_CONSTRAINT.code;
  }

  private static @Nullable SQLiteErrorCode code(Throwable fault) {
    for (Throwable cause = fault; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLiteException sqlite) {
        return sqlite.getResultCode();
      }
    }
    return null;
  }
}
