package dev.manyhands.store;

import dev.manyhands.job.JobId;
import dev.manyhands.job.Ranges;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/// Takes over what a node has not finished that is gone, or was an earlier start of this one.
final class Claims {
  /// Of what its owner accepts this moment nothing is given up, so that is waited for.
  private static final String GIVE_UP_STAGED =
      """
      INSERT INTO leftovers (job_id) SELECT job_id FROM staged WHERE owner = ? FOR UPDATE
      ON CONFLICT DO NOTHING
      """;

  /// Only what was given up: the owner may have staged more since, which is given up later.
  private static final String GIVEN_UP = " AND %s IN (SELECT job_id FROM leftovers)";

  static final String UNSTAGE = "DELETE FROM staged WHERE owner = ?" + GIVEN_UP.formatted("job_id");
  private static final String RECEIVING =
      "FROM jobs WHERE owner = ? AND ended_at IS NULL AND state = 'receiving' AND NOT open";

  /// Nor of what it seals.
  private static final String GIVE_UP_RECEIVING =
      "INSERT INTO leftovers (job_id) SELECT id "
          + RECEIVING
          + " FOR UPDATE ON CONFLICT DO NOTHING";

  private static final String CUT_OFF = RECEIVING + GIVEN_UP.formatted("id");
  static final String FORGET_KEYS =
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

  /// One statement, so that what it takes is known, whatever its owner accepts meanwhile: that is
  /// taken later.
  static final String NEXT_EPOCH =
      """
      UPDATE jobs SET owner = ?, epoch = epoch + 1 WHERE owner = ? AND ended_at IS NULL
          AND NOT (state = 'receiving' AND NOT open)
      RETURNING id, epoch
      """;

  private static final String CONFIRM =
      "SELECT 1 FROM jobs WHERE id = ? AND owner = ? AND epoch = ? AND ended_at IS NULL";

  /// Not of one whose sender goes on sending, or has been told that it is not taken.
  private static final String AGAIN =
      """
      UPDATE jobs SET epoch = epoch + 1 WHERE id = ? AND owner = ? AND ended_at IS NULL
          AND NOT (state = 'receiving' AND NOT open)
      """;

  private static final String TO_COME =
      "SELECT 1 FROM jobs WHERE id = ? AND owner = ? AND state = 'receiving' AND NOT open FOR UPDATE";

  private static final String EPOCH = "SELECT epoch FROM jobs WHERE id = ?";

  /// Also of jobs that have ended: who has a job tells its webhooks.
  private static final String TELL =
      """
      UPDATE jobs SET owner = ? WHERE owner = ? AND ended_at IS NOT NULL
          AND id IN (SELECT job_id FROM deliveries WHERE due_at IS NOT NULL)
      """;

  private static final String CLAIMED =
      JobRows.SELECT + "WHERE id = ? AND epoch = ? AND ended_at IS NULL";

  /// Neighbouring blocks as one: there may be a million of one task each.
  private static final String DONE =
      """
      SELECT min(first_index) AS first_index, sum(count) AS count FROM (
          SELECT first_index, count,
              first_index - sum(count) OVER (ORDER BY first_index) + count AS run
          FROM result_blocks WHERE job_id = ?) AS blocks
      GROUP BY run ORDER BY 1
      """;

  private Claims() {}

  /// All at once, where nobody waits for it.
  ///
  /// @param from whose jobs they are
  /// @param to whose they are afterwards
  /// @return in order of creation
  static List<Claimed> claim(JdbcTemplate jdbc, String from, String to, int mostBytes) {
    List<Claimed> claimed = new ArrayList<>();
    for (Stake stake : take(jdbc, from, to)) {
      Claimed one = read(jdbc, stake, mostBytes);
      if (one != null) {
        claimed.add(one);
      }
    }
    Dependencies.releaseEnded(jdbc);
    return claimed;
  }

  /// Makes them another's, without a look at what they are; each is to be read.
  ///
  /// @param from whose jobs they are
  /// @param to whose they are afterwards
  /// @return in order of creation
  static List<Stake> take(JdbcTemplate jdbc, String from, String to) {
    jdbc.update(GIVE_UP_STAGED, from);
    jdbc.update(UNSTAGE, from);
    jdbc.update(GIVE_UP_RECEIVING, from);
    jdbc.update(FORGET_KEYS, from);
    jdbc.update(FORGET_LIMITS, from);
    jdbc.update(FORGET_RECEIVING, from);
    jdbc.update(FORGET_LIMITS_LEFT);
    List<Stake> jobs =
        new ArrayList<>(
            jdbc.query(
                NEXT_EPOCH,
                (row, _) -> new Stake(new JobId(row.getString("id")), row.getLong("epoch")),
                to,
                from));
    jdbc.update(TELL, to, from);
    jobs.sort(Comparator.comparing(stake -> stake.job().text()));
    return jobs;
  }

  /// Those that are the owner's, of what may be.
  static List<Stake> confirmed(JdbcTemplate jdbc, String owner, List<Stake> stakes) {
    return stakes.stream()
        .filter(stake ->
            !jdbc.query(CONFIRM, (_, _) -> true, stake.job().text(), owner, stake.epoch())
                .isEmpty())
        .toList();
  }

  /// Takes back a job of the owner itself that is still to come, and of which its sender was not
  /// told: nobody goes on sending it.
  static void takeBack(JdbcTemplate jdbc, String owner, JobId job) {
    if (!jdbc.query(TO_COME, (_, _) -> true, job.text(), owner).isEmpty()) {
      new Keys(jdbc).takeBack(job);
      new Intake(jdbc, owner).remove(new Change.Remove(job, true));
      jdbc.update(FORGET_LIMITS_LEFT);
    }
  }

  /// Takes from the owner itself what it may have otherwise in mind than it is stored.
  static List<Stake> again(JdbcTemplate jdbc, String owner, List<JobId> jobs) {
    List<Stake> stakes = new ArrayList<>();
    for (JobId job : jobs) {
      if (jdbc.update(AGAIN, job.text(), owner) > 0) {
        jdbc.query(
            EPOCH,
            row -> {
              stakes.add(new Stake(job, row.getLong("epoch")));
            },
            job.text());
      }
    }
    return stakes;
  }

  /// What was in hand of workers and may not run again ends now.
  ///
  /// @return null if it has ended, or is not this node's any more
  static @Nullable Claimed read(JdbcTemplate jdbc, Stake stake, int mostBytes) {
    Claimed one = claimed(jdbc, stake);
    if (one != null && HandNotes.endLost(jdbc, one, mostBytes)) {
      return claimed(jdbc, stake);
    }
    return one;
  }

  private static @Nullable Claimed claimed(JdbcTemplate jdbc, Stake stake) {
    List<Claimed> found =
        jdbc.query(
            CLAIMED,
            (row, _) -> new Claimed(JobRows.job(row), stake.epoch(), new Ranges()),
            stake.job().text(),
            stake.epoch());
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
        stake.job().text());
    return claimed;
  }
}
