package dev.manyhands.store;

import dev.manyhands.job.Job;
import dev.manyhands.job.Ranges;
import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;

/// Takes over what an earlier start of the service has not finished.
final class Claims {
  private static final String GIVE_UP_STAGED =
      "INSERT INTO leftovers (job_id) SELECT job_id FROM staged WHERE true ON CONFLICT DO NOTHING";
  private static final String UNSTAGE_ALL = "DELETE FROM staged";
  private static final String CUT_OFF =
      "FROM jobs WHERE ended_at IS NULL AND state = 'receiving' AND NOT open";
  private static final String GIVE_UP_RECEIVING =
      "INSERT INTO leftovers (job_id) SELECT id " + CUT_OFF + " ON CONFLICT DO NOTHING";
  private static final String FORGET_KEYS =
      """
      DELETE FROM idempotency_keys WHERE fingerprint IS NULL AND job_id IN (SELECT id %s)
      """
          .formatted(CUT_OFF);
  private static final String FORGET_RECEIVING = "DELETE " + CUT_OFF;
  private static final String NEXT_EPOCH =
      "UPDATE jobs SET epoch = epoch + 1 WHERE ended_at IS NULL";
  private static final String UNFINISHED = JobRows.SELECT + "WHERE ended_at IS NULL ORDER BY id";
  private static final String DONE =
      "SELECT first_index, count FROM result_blocks WHERE job_id = ? ORDER BY first_index";

  private Claims() {}

  /// @return in order of creation
  static List<Claimed> claim(JdbcTemplate jdbc, int mostBytes) {
    jdbc.update(GIVE_UP_STAGED);
    jdbc.update(UNSTAGE_ALL);
    jdbc.update(GIVE_UP_RECEIVING);
    jdbc.update(FORGET_KEYS);
    jdbc.update(FORGET_RECEIVING);
    jdbc.update(NEXT_EPOCH);
    HandNotes.endLost(jdbc, () -> unfinished(jdbc), mostBytes);
    Dependencies.releaseEnded(jdbc);
    return unfinished(jdbc);
  }

  private static List<Claimed> unfinished(JdbcTemplate jdbc) {
    // The list is whole before the ranges of each job are read on the same connection.
    List<Claimed> claimed =
        jdbc.query(
            UNFINISHED,
            (row, _) -> new Claimed(JobRows.job(row), row.getLong("epoch"), new Ranges()));
    claimed.forEach(one -> addDone(jdbc, one.job(), one.done()));
    return claimed;
  }

  private static void addDone(JdbcTemplate jdbc, Job job, Ranges done) {
    jdbc.query(
        DONE,
        row -> {
          int first = row.getInt("first_index");
          done.add(first, first + row.getInt("count"));
        },
        job.id().text());
  }
}
