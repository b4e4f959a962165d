package dev.manyhands.store;

import dev.manyhands.job.Limit;
import dev.manyhands.job.Rate;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/// The named limits, as rows.
final class LimitRows {
  private static final String PUT =
      """
      INSERT INTO limits (name, permits, rate) VALUES (?, ?, ?)
      ON CONFLICT (name) DO UPDATE SET permits = excluded.permits, rate = excluded.rate
      """;
  private static final String DELETE = "DELETE FROM limits WHERE name = ?";
  private static final String ALL = "SELECT name, permits, rate FROM limits ORDER BY name";

  private final JdbcTemplate jdbc;

  LimitRows(JdbcTemplate jdbc) {
    this.jdbc = jdbc;
  }

  /// @return true
  boolean put(Limit limit) {
    String rate = limit.rate() == null ? null : limit.rate().text();
    return jdbc.update(PUT, limit.name(), limit.permits(), rate) == 1;
  }

  /// @return false if there is none of this name
  boolean remove(String name) {
    return jdbc.update(DELETE, name) == 1;
  }

  List<Limit> all() {
    return jdbc.query(ALL, (row, _) -> limit(row));
  }

  private static Limit limit(ResultSet row) throws SQLException {
    int permits = row.getInt("permits");
    Integer permitsOrNone = row.wasNull() ? null : Integer.valueOf(permits);
    @Nullable String rate = row.getString("rate");
    return new Limit(row.getString("name"), permitsOrNone, rate == null ? null : Rate.of(rate));
  }
}
