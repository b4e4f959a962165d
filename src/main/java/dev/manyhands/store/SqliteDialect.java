package dev.manyhands.store;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/// SQLite: one connection writes at a time, so that it knows and needs no locks of rows.
final class SqliteDialect implements Dialect {
  private static final Pattern ROW_LOCKS = Pattern.compile(" FOR (UPDATE|SHARE)( SKIP LOCKED)?");

  @Override
  public String begin() {
    return "BEGIN IMMEDIATE";
  }

  @Override
  public String text(String statement) {
    return ROW_LOCKS.matcher(statement).replaceAll("");
  }

  @Override
  public String upTo(long most, String query, String place) {
    return query;
  }

  @Override
  public boolean isShared() {
    return false;
  }

  @Override
  public String disk() {
    return "the disk of the data folder";
  }

  @Override
  public Fault fault(Throwable fault) {
    SQLiteErrorCode code = code(fault);
    if (code == null) {
      return Fault.OTHER;
    } else if (code == SQLiteErrorCode.SQLITE_FULL
        || code == SQLiteErrorCode.SQLITE_IOERR_WRITE
        || code == SQLiteErrorCode.SQLITE_IOERR_SHMSIZE) {
      return Fault.FULL;
    } else if (code == SQLiteErrorCode.SQLITE_IOERR_FSYNC) {
      return Fault.UNSYNCED;
    }
    return (code.code & 0xff) == SQLiteErrorCode.SQLITE_CONSTRAINT.code
        ? Fault.FORBIDDEN
        : Fault.OTHER;
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
