package dev.manyhands.store;

import dev.manyhands.job.Counts;
import dev.manyhands.job.JobState;
import dev.manyhands.job.LargeValue;
import dev.manyhands.job.Outcomes;
import dev.manyhands.job.Ranges;
import dev.manyhands.job.Reason;
import dev.manyhands.job.ResultBlock;
import dev.manyhands.job.Standing;
import dev.manyhands.job.Timeline;
import dev.manyhands.job.Webhook;
import dev.manyhands.json.FailuresJson;
import dev.manyhands.json.LargeValuesJson;
import dev.manyhands.json.OutputsJson;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/// The end of every job's result log, with the counts and the state that follow from it.
final class ResultLog {
  private static final String STANDING =
      """
      SELECT epoch, state, open, started_at, webhooks, total, succeeded, failed, crashed, timed_out, cancelled, skipped
      FROM jobs WHERE id = ? FOR UPDATE
      """;

  private static final String INTO =
      """
      INSERT INTO result_blocks (job_id, seq, first_index, count, outcome, attempt, worker,
          started_at, ended_at, times, failures, output, "values", large)
      """;

  /// Where no other block of the job is in its way.
  private static final String INSERT_FREE =
      INTO + "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

  /// Stored blocks never overlap, so the last one that starts before a block's end tells whether
  /// any of its tasks is in the log.
  private static final String LAST_END =
      """
      SELECT first_index + count AS last_end FROM result_blocks
      WHERE job_id = ? AND first_index < ? ORDER BY first_index DESC LIMIT 1
      """;

  /// Nothing if one of the block's tasks is in the log.
  private static final String INSERT =
      INTO
          + "SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? WHERE coalesce(("
          + LAST_END
          + "), 0) <= ?";

  private static final String SAME =
      """
      SELECT 1 FROM result_blocks WHERE job_id = ? AND first_index = ? AND count = ?
          AND outcome IS NOT DISTINCT FROM ? AND attempt IS NOT DISTINCT FROM ?
          AND ended_at IS NOT DISTINCT FROM ?
      """;

  private static final String ADVANCE =
      """
      UPDATE jobs SET state = ?, succeeded = ?, failed = ?, crashed = ?, timed_out = ?,
          cancelled = ?, skipped = ?, started_at = ?, ended_at = ?, reason = ?,
          reason_message = ?
      WHERE id = ? AND epoch = ?
      """;

  private final JdbcTemplate jdbc;
  private final int mostBytes;

  /// SQLite makes a table of its own for each insert that reads what it writes to, which costs more
  /// than all else of it; a statement more costs nothing where the database is in this process.
  private final boolean asksFirst;

  private final Announcements announcements;

  /// @param mostBytes a longer value is kept beside the log
  /// @param asksFirst whether the log is asked before a block is inserted, and not by the insert
  ResultLog(JdbcTemplate jdbc, int mostBytes, boolean asksFirst) {
    this.jdbc = jdbc;
    this.mostBytes = mostBytes;
    this.asksFirst = asksFirst;
    this.announcements = new Announcements(jdbc);
  }

  private record Before(
      long epoch, JobState state, boolean open, boolean started, boolean isHeard, Counts counts) {
    /// Whether its start is told in this state: not while its one sender may still take it back.
    boolean tellsStart(JobState state) {
      return open || state != JobState.RECEIVING;
    }
  }

  /// Appending the same again changes nothing: who was not told how it ended may do so.
  ///
  /// @return false if the job is unknown, has ended otherwise or has another epoch
  boolean append(Change.Append change) {
    Before before = before(change.job().text());
    if (before == null || before.epoch != change.epoch()) {
      return false;
    }
    if (before.state.isTerminal()) {
      return has(change);
    }
    Counts counts = before.counts;
    for (ResultBlock block : change.blocks()) {
      if (insert(change, counts.done(), block)) {
        counts = plus(change, counts, block);
      }
    }
    JobState state = next(change, before.state, counts);
    advance(change, state, counts);
    if (before.isHeard) {
      announce(change, before, change.standing().in(state), counts);
    }
    return true;
  }

  /// Whether the log has all that it would append, and the job is in the state that follows.
  boolean has(Change.Append change) {
    Before now = before(change.job().text());
    return now != null
        && now.epoch == change.epoch()
        && (now.state == change.state()
            || change.state() == JobState.QUEUED && now.state == JobState.RUNNING)
        && hasBlocks(change);
  }

  /// Whether the log has all that it would append.
  boolean hasBlocks(Change.Append change) {
    return change.blocks().stream().allMatch(block -> has(change.job().text(), block));
  }

  private boolean has(String job, ResultBlock block) {
    return switch (block) {
      case ResultBlock.Unrun unrun ->
          has(job, unrun.first(), unrun.count(), unrun.outcome().word(), null, null);
      case ResultBlock.Ran(int attempt, Outcomes ran, List<LargeValue> _) ->
          has(job, ran.first(), ran.count(), null, attempt, Micros.of(ran.stint().endedAt()));
    };
  }

  private boolean has(
      String job,
      int first,
      int count,
      @Nullable String outcome,
      @Nullable Integer attempt,
      @Nullable Long endedAt) {
    return !jdbc.query(SAME, (_, _) -> true, job, first, count, outcome, attempt, endedAt)
        .isEmpty();
  }

  private void announce(Change.Append change, Before before, Standing now, Counts counts) {
    Timeline timeline = change.timeline();
    boolean told = before.started && before.tellsStart(before.state);
    if (!told && timeline.startedAt() != null && before.tellsStart(now.state())) {
      announcements.announce(
          Webhook.STARTED, timeline.startedAt(), change.job(), now, counts, timeline);
    }
    if (now.state().isTerminal() && timeline.endedAt() != null) {
      announcements.announce(
          Webhook.ENDED, timeline.endedAt(), change.job(), now, counts, timeline);
    }
  }

  private @Nullable Before before(String id) {
    List<Before> rows = jdbc.query(STANDING, (row, _) -> before(row), id);
    return rows.isEmpty() ? null : rows.getFirst();
  }

  private static Before before(ResultSet row) throws SQLException {
    return new Before(
        row.getLong("epoch"),
        JobRows.state(row),
        row.getBoolean("open"),
        row.getObject("started_at") != null,
        row.getInt("webhooks") > 0,
        JobRows.counts(row));
  }

  /// The whole log of a job that is accepted in this very commit.
  ///
  /// @param none the counts of the job before
  /// @return the counts that follow; all tasks have ended
  Counts write(Change.Append change, Counts none) {
    Counts counts = none;
    Ranges ended = new Ranges();
    for (ResultBlock block : change.blocks()) {
      Counts before = counts;
      counts = plus(change, counts, block);
      int end = block.first() + block.count();
      if (ended.containsAny(block.first(), end)) {
        throw overlap(change, block.first(), end);
      }
      ended.add(block.first(), end);
      insert(INSERT_FREE, change.job().text(), before.done(), block);
    }
    if (counts.done() < counts.total()) {
      throw unfinished(change, counts);
    }
    return counts;
  }

  /// @return false if the very block is in the log already
  private boolean insert(Change.Append change, int seq, ResultBlock block) {
    String job = change.job().text();
    int first = block.first();
    int end = Math.addExact(first, block.count());
    int inserted = insertIfFree(job, seq, block, first, end);
    if (inserted == 0 && !has(job, block)) {
      throw overlap(change, first, end);
    }
    return inserted > 0;
  }

  private int insertIfFree(String job, int seq, ResultBlock block, int first, int end) {
    if (!asksFirst) {
      return insert(INSERT, job, seq, block, job, end, first);
    }
    return lastEnd(job, end) <= first ? insert(INSERT_FREE, job, seq, block) : 0;
  }

  /// Where the last block ends that starts before `index`.
  private int lastEnd(String job, int index) {
    return jdbc.query(LAST_END, (row, _) -> row.getInt("last_end"), job, index).stream()
        .findFirst()
        .orElse(0);
  }

  private static BrokenChange overlap(Change.Append change, int first, int end) {
    return new BrokenChange(change, "some of the tasks " + first + " to " + end + " have ended");
  }

  /// @param more arguments of the statement after the row's
  /// @return rows that are there now
  private int insert(String sql, String job, int seq, ResultBlock block, Object... more) {
    return switch (block) {
      case ResultBlock.Unrun unrun ->
          update(
              sql,
              more,
              job,
              seq,
              unrun.first(),
              unrun.count(),
              unrun.outcome().word(),
              null,
              null,
              null,
              null,
              null,
              null,
              null,
              null,
              null);
      case ResultBlock.Ran(int attempt, Outcomes ran, List<LargeValue> _) -> {
        LargeValues large = new LargeValues(ran, mostBytes);
        int rows =
            update(
                sql,
                more,
                job,
                seq,
                ran.first(),
                ran.count(),
                null,
                attempt,
                ran.stint().worker(),
                Micros.of(ran.stint().startedAt()),
                Micros.of(ran.stint().endedAt()),
                ran.times().encode(),
                ran.failures().isEmpty() ? null : FailuresJson.write(ran.failures()),
                ran.output().isEmpty() ? null : OutputsJson.write(ran.output()),
                large.rest(),
                large.list().isEmpty() ? null : LargeValuesJson.write(large.list()));
        if (rows > 0) {
          large.insert(jdbc, job);
        }
        yield rows;
      }
    };
  }

  private int update(String sql, Object[] more, @Nullable Object... row) {
    @Nullable Object[] arguments = Arrays.copyOf(row, row.length + more.length);
    System.arraycopy(more, 0, arguments, row.length, more.length);
    return jdbc.update(sql, arguments);
  }

  private static Counts plus(Change.Append change, Counts counts, ResultBlock block) {
    long end = (long) block.first() + block.count();
    if (block.first() < 0 || end > counts.total()) {
      throw new BrokenChange(change, "expected tasks below " + counts.total() + ", got: " + end);
    }
    return counts.plus(block);
  }

  /// The state that the change asks for; a job of which a task has ended is at least running.
  private static JobState next(Change.Append change, JobState from, Counts counts) {
    JobState to = change.state();
    if (to == JobState.QUEUED && from == to && counts.done() > 0) {
      return JobState.RUNNING;
    }
    if (to != from && !from.next().contains(to)) {
      throw new BrokenChange(change, "expected a move from " + from.word() + ", got: " + to.word());
    }
    if (to.isTerminal() && counts.done() < counts.total()) {
      throw unfinished(change, counts);
    }
    return to;
  }

  private static BrokenChange unfinished(Change.Append change, Counts counts) {
    return new BrokenChange(
        change, change.state().word() + " with " + counts.done() + " of " + counts.total());
  }

  private void advance(Change.Append change, JobState state, Counts counts) {
    Reason reason = change.standing().reason();
    jdbc.update(
        ADVANCE,
        state.word(),
        counts.succeeded(),
        counts.failed(),
        counts.crashed(),
        counts.timedOut(),
        counts.cancelled(),
        counts.skipped(),
        Micros.of(change.timeline().startedAt()),
        Micros.of(change.timeline().endedAt()),
        reason == null ? null : reason.kind().word(),
        reason == null ? null : reason.message(),
        change.job().text(),
        change.epoch());
  }
}
