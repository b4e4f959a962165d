package dev.manyhands.store;

import dev.manyhands.job.Counts;
import dev.manyhands.job.JobState;
import dev.manyhands.job.Ranges;
import dev.manyhands.job.Reason;
import dev.manyhands.job.ResultBlock;
import dev.manyhands.job.Standing;
import dev.manyhands.job.Timeline;
import dev.manyhands.job.Webhook;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/// The end of every job's result log, with the counts and the state that follow from it.
final class ResultLog {
  private static final String STANDING =
      """
      SELECT epoch, state, reason, open, started_at, webhooks, total, succeeded, failed, crashed, timed_out, cancelled, skipped
      FROM jobs WHERE id = ? FOR UPDATE
      """;

  private static final String ADVANCE =
      """
      UPDATE jobs SET state = ?, succeeded = ?, failed = ?, crashed = ?, timed_out = ?,
          cancelled = ?, skipped = ?, started_at = ?, ended_at = ?, reason = ?,
          reason_message = ?
      WHERE id = ? AND epoch = ?
      """;

  private final JdbcTemplate jdbc;
  private final LogWrites rows;
  private final Announcements announcements;

  /// @param mostBytes a longer value is kept beside the log
  /// @param asksFirst whether the log is asked before a block is inserted, and not by the insert
  ResultLog(JdbcTemplate jdbc, int mostBytes, boolean asksFirst) {
    this.jdbc = jdbc;
    this.rows = new LogWrites(jdbc, mostBytes, asksFirst);
    this.announcements = new Announcements(jdbc);
  }

  private record Before(
      long epoch,
      JobState state,
      @Nullable String reason,
      boolean open,
      boolean started,
      boolean isHeard,
      Counts counts) {
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
        && Objects.equals(now.reason, reasonOf(change))
        && hasBlocks(change);
  }

  private static @Nullable String reasonOf(Change.Append change) {
    Reason reason = change.standing().reason();
    return reason == null ? null : reason.kind().word();
  }

  /// Whether the log has all that it would append.
  boolean hasBlocks(Change.Append change) {
    return change.blocks().stream().allMatch(block -> rows.has(change.job().text(), block));
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
        row.getString("reason"),
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
      rows.insert(change.job().text(), before.done(), block);
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
    boolean inserted = rows.insertIfFree(job, seq, block);
    if (!inserted && !rows.has(job, block)) {
      throw overlap(change, first, end);
    }
    return inserted;
  }

  private static BrokenChange overlap(Change.Append change, int first, int end) {
    return new BrokenChange(change, "some of the tasks " + first + " to " + end + " have ended");
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
        reasonOf(change),
        reason == null ? null : reason.message(),
        change.job().text(),
        change.epoch());
  }
}
