package dev.manyhands.store;

import dev.manyhands.job.Job;
import dev.manyhands.job.JobId;
import dev.manyhands.job.Limit;
import dev.manyhands.job.LimitUse;
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
      ON CONFLICT (name) DO UPDATE
      SET permits = excluded.permits, rate = excluded.rate, made_by = NULL
      """;

  /// One that is there already is not the job's alone from here on.
  private static final String MAKE =
      """
      INSERT INTO limits (name, permits, made_by) VALUES (?, ?, ?)
      ON CONFLICT (name) DO UPDATE SET made_by = NULL
      """;

  private static final String SHARE = "UPDATE limits SET made_by = NULL WHERE name = ?";
  private static final String KEEP = "UPDATE limits SET made_by = NULL WHERE made_by = ?";
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

  /// The job names its limits, and makes those that it brings along.
  void name(Job job) {
    for (LimitUse use : job.spec().gates().limits()) {
      if (use.permits() == null) {
        jdbc.update(SHARE, use.name());
      } else {
        jdbc.update(MAKE, use.name(), use.permits(), job.id().text());
      }
    }
  }

  /// What the job has made stays when it is gone.
  void keep(JobId job) {
    jdbc.update(KEEP, job.text());
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
