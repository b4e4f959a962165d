package dev.manyhands.store;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/// PostgreSQL: several nodes write at a time, each under READ COMMITTED; who changes a job holds
/// its row from the moment that it has read the epoch.
final class PostgresDialect implements Dialect {
  private static final String DISK_FULL = "53100";

  /// Class 23: unique, foreign and check rules.
  private static final String RULES = "23";

  /// Text that holds what no text of this database may: a character 0.
  private static final String UNTRANSLATABLE = "22021";

  @Override
  public String begin() {
    return "BEGIN";
  }

  @Override
  public String text(String statement) {
    return statement;
  }

  /// The driver reads all rows before it gives out the first: what is not to be read is counted in
  /// the database, which knows how long a block is without reading it.
  @Override
  public String upTo(long most, String query, String place) {
    return """
    SELECT * FROM (SELECT *, sum(coalesce(bytes, 0)) OVER (ORDER BY %3$s) - coalesce(bytes, 0)
        AS bytes_before FROM (%1$s) AS blocks) AS counted WHERE bytes_before < %2$d ORDER BY %3$s
    """
        .formatted(query, most, place);
  }

  @Override
  public boolean isShared() {
    return true;
  }

  @Override
  public String disk() {
    return "the disk of PostgreSQL's server";
  }

  @Override
  public Fault fault(Throwable fault) {
    String state = state(fault);
    if (state == null) {
      return Fault.OTHER;
    } else if (state.equals(DISK_FULL)) {
      return Fault.FULL;
    }
    return state.startsWith(RULES) || state.equals(UNTRANSLATABLE) ? Fault.FORBIDDEN : Fault.OTHER;
  }

  private static @Nullable String state(Throwable fault) {
    for (Throwable cause = fault; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql && sql.getSQLState() != null) {
        return sql.getSQLState();
      }
    }
    return null;
  }
}
