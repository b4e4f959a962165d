package dev.manyhands.store;

import dev.manyhands.job.JobId;
import dev.manyhands.job.Ranges;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/// Takes over what a node has not finished that is gone, or was an earlier start of this one.
final class Claims {
  private static final String GIVE_UP_STAGED =
      """
      INSERT INTO leftovers (job_id) SELECT job_id FROM staged WHERE owner = ?
      ON CONFLICT DO NOTHING
      """;
  private static final String UNSTAGE = "DELETE FROM staged WHERE owner = ?";
  private static final String CUT_OFF =
      "FROM jobs WHERE owner = ? AND ended_at IS NULL AND state = 'receiving' AND NOT open";
  private static final String GIVE_UP_RECEIVING =
      "INSERT INTO leftovers (job_id) SELECT id " + CUT_OFF + " ON CONFLICT DO NOTHING";
  private static final String FORGET_KEYS =
      "DELETE FROM idempotency_keys WHERE job_id IN (SELECT id " + CUT_OFF + ")";
  private static final String FORGET_LIMITS =
      "DELETE FROM limits WHERE made_by IN (SELECT id " + CUT_OFF + ")";

  /// The job was taken back, and the node ended before its limits were.
  private static final String FORGET_LIMITS_LEFT =
      """
      DELETE FROM limits
      WHERE made_by IS NOT NULL AND NOT EXISTS (SELECT 1 FROM jobs WHERE jobs.id = made_by)
      """;

  private static final String FORGET_RECEIVING = "DELETE " + CUT_OFF;
  private static final String UNFINISHED =
      "SELECT id FROM jobs WHERE owner = ? AND ended_at IS NULL ORDER BY id FOR UPDATE";
  private static final String NEXT_EPOCH =
      "UPDATE jobs SET owner = ?, epoch = epoch + 1 WHERE owner = ? AND ended_at IS NULL";

  /// Also of jobs that have ended: who has a job tells its webhooks.
  private static final String TELL =
      """
      UPDATE jobs SET owner = ? WHERE owner = ? AND ended_at IS NOT NULL
          AND id IN (SELECT job_id FROM deliveries WHERE due_at IS NOT NULL)
      """;

  private static final String CLAIMED = JobRows.SELECT + "WHERE id = ? AND ended_at IS NULL";
  private static final String DONE =
      "SELECT first_index, count FROM result_blocks WHERE job_id = ? ORDER BY first_index";

  private Claims() {}

  /// @param from whose jobs they are
  /// @param to whose they are afterwards
  /// @return in order of creation
  static List<Claimed> claim(JdbcTemplate jdbc, String from, String to, int mostBytes) {
    jdbc.update(GIVE_UP_STAGED, from);
    jdbc.update(UNSTAGE, from);
    jdbc.update(GIVE_UP_RECEIVING, from);
    jdbc.update(FORGET_KEYS, from);
    jdbc.update(FORGET_LIMITS, from);
    jdbc.update(FORGET_RECEIVING, from);
    jdbc.update(FORGET_LIMITS_LEFT);
    List<JobId> jobs = jdbc.query(UNFINISHED, (row, _) -> new JobId(row.getString("id")), from);
    jdbc.update(NEXT_EPOCH, to, from);
    jdbc.update(TELL, to, from);
    List<Claimed> claimed = new ArrayList<>();
    for (JobId job : jobs) {
      Claimed one = claimed(jdbc, job);
      if (one != null && HandNotes.endLost(jdbc, one, mostBytes)) {
        one = claimed(jdbc, job);
      }
      if (one != null) {
        claimed.add(one);
      }
    }
    Dependencies.releaseEnded(jdbc);
    return claimed;
  }

  /// @return null if it has ended
  private static @Nullable Claimed claimed(JdbcTemplate jdbc, JobId job) {
    List<Claimed> found =
        jdbc.query(
            CLAIMED,
            (row, _) -> new Claimed(JobRows.job(row), row.getLong("epoch"), new Ranges()),
            job.text());
    if (found.isEmpty()) {
      return null;
    }
    Claimed claimed = found.getFirst();
    jdbc.query(
        DONE,
        row -> {
          int first = row.getInt("first_index");
          claimed.done().add(first, first + row.getInt("count"));
        },
        job.text());
    return claimed;
  }
}
