package dev.manyhands.store;

import dev.manyhands.job.Counts;
import dev.manyhands.job.Job;
import dev.manyhands.job.JobId;
import dev.manyhands.job.JobState;
import dev.manyhands.job.Reason;
import dev.manyhands.job.Standing;
import dev.manyhands.job.Timeline;
import dev.manyhands.json.SpecJson;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Rows of `jobs` as records.
final class JobRows {
  /// Followed by where they come from; `job` and its parts can be read from each row.
  static final String COLUMNS =
      """
      SELECT id, caller, state, total, succeeded, failed, crashed, timed_out, cancelled, skipped,
          created_at, started_at, ended_at, epoch, reason, reason_message, spec
      """;

  /// Followed by a condition.
  static final String SELECT = COLUMNS + "FROM jobs JOIN job_specs ON job_id = id ";

  private JobRows() {}

  static Job job(ResultSet row) throws SQLException {
    return new Job(
        new JobId(row.getString("id")),
        row.getString("caller"),
        SpecJson.read(row.getBytes("spec")),
        new Standing(state(row), reason(row)),
        counts(row),
        new Timeline(
            Micros.instant(row.getLong("created_at")),
            instantOrNull(row, "started_at"),
            instantOrNull(row, "ended_at")));
  }

  static JobState state(ResultSet row) throws SQLException {
    return JobState.valueOf(row.getString("state").toUpperCase(Locale.ROOT));
  }

  private static @Nullable Reason reason(ResultSet row) throws SQLException {
    String kind = row.getString("reason");
    return kind == null ? null : new Reason(Reason.Kind.of(kind), row.getString("reason_message"));
  }

  static Counts counts(ResultSet row) throws SQLException {
    return new Counts(
        row.getInt("total"),
        row.getInt("succeeded"),
        row.getInt("failed"),
        row.getInt("crashed"),
        row.getInt("timed_out"),
        row.getInt("cancelled"),
        row.getInt("skipped"));
  }

  private static @Nullable Instant instantOrNull(ResultSet row, String column) throws SQLException {
    long micros = row.getLong(column);
    return row.wasNull() ? null : Micros.instant(micros);
  }
}
