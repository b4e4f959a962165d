package dev.manyhands.store;

import dev.manyhands.job.Failure;
import dev.manyhands.job.Job;
import dev.manyhands.job.JobState;
import dev.manyhands.job.JsonLines;
import dev.manyhands.job.Outcome;
import dev.manyhands.job.Outcomes;
import dev.manyhands.job.Ranges;
import dev.manyhands.job.Reason;
import dev.manyhands.job.ResultBlock;
import dev.manyhands.job.RunTimes;
import dev.manyhands.job.Standing;
import dev.manyhands.job.Stint;
import dev.manyhands.job.TaskError;
import dev.manyhands.job.Timeline;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;

/// Which tasks workers have, of jobs whose tasks may run only once. What is noted at a start and
/// has no result was in the hands of a worker when the service ended: it may have run, so it ends
/// as `crashed`.
final class HandNotes {
  private static final String NOTE =
      """
      INSERT INTO handed (job_id, chunk, first_index, count)
      SELECT id, ?, ?, ? FROM jobs WHERE id = ? AND epoch = ? AND ended_at IS NULL FOR SHARE
      """;
  private static final String FORGET =
      """
      DELETE FROM handed WHERE job_id = ? AND chunk = ?
          AND EXISTS (SELECT 1 FROM jobs WHERE id = job_id AND epoch = ?)
      """;
  private static final String OF_JOB = "SELECT first_index, count FROM handed WHERE job_id = ?";
  private static final String FORGET_JOB = "DELETE FROM handed WHERE job_id = ?";

  private static final TaskError LOST =
      new TaskError(
          "crash",
          "ServiceEnded",
          "the service ended while a worker had the task, which may run only once",
          null,
          null,
          null);

  private HandNotes() {}

  static boolean note(JdbcTemplate jdbc, Change.Hand hand) {
    return jdbc.update(
            NOTE, hand.chunk(), hand.first(), hand.count(), hand.job().text(), hand.epoch())
        > 0;
  }

  static boolean forget(JdbcTemplate jdbc, Change.HandBack back) {
    return jdbc.update(FORGET, back.job().text(), back.chunk(), back.epoch()) > 0;
  }

  /// Ends what was in the hands of workers of the job's earlier owner.
  ///
  /// @return false if nothing was
  static boolean endLost(JdbcTemplate jdbc, Claimed claimed, int mostBytes) {
    String job = claimed.job().id().text();
    List<Ranges.Range> noted =
        jdbc.query(
            OF_JOB,
            (row, _) -> {
              int first = row.getInt("first_index");
              return new Ranges.Range(first, first + row.getInt("count"));
            },
            job);
    if (noted.isEmpty()) {
      return false;
    }
    jdbc.update(FORGET_JOB, job);
    Ranges open = open(noted, claimed.done());
    return !open.isEmpty()
        && new ResultLog(jdbc, mostBytes, false).append(crashed(claimed, open, Instant.now()));
  }

  private static Ranges open(List<Ranges.Range> lost, Ranges done) {
    Ranges open = new Ranges();
    for (Ranges.Range range : lost) {
      for (int index = range.first(); index < range.end(); index++) {
        if (!done.contains(index) && !open.contains(index)) {
          open.add(index, index + 1);
        }
      }
    }
    return open;
  }

  private static Change.Append crashed(Claimed claimed, Ranges lost, Instant now) {
    Job job = claimed.job();
    List<ResultBlock> blocks = new ArrayList<>();
    for (Ranges.Range range : lost.ranges()) {
      blocks.add(new ResultBlock.Ran(1, crashed(range, now)));
    }
    int left = job.counts().total() - job.counts().done() - lost.size();
    Standing standing = left > 0 ? job.standing() : ended(job);
    Timeline known = job.timeline();
    Timeline timeline =
        new Timeline(
            known.createdAt(),
            known.startedAt() == null ? now : known.startedAt(),
            standing.state().isTerminal() ? now : null);
    return new Change.Append(job.id(), claimed.epoch(), blocks, standing, timeline);
  }

  private static Outcomes crashed(Ranges.Range range, Instant now) {
    List<Failure> failures = new ArrayList<>();
    for (int index = range.first(); index < range.end(); index++) {
      failures.add(new Failure(index, Outcome.CRASHED, LOST));
    }
    return new Outcomes(
        range.first(),
        JsonLines.of("null\n".repeat(range.count())),
        failures,
        RunTimes.of(range.count(), 0),
        List.of(),
        new Stint("none", now, now));
  }

  /// A job that has no open tasks left, and did not succeed.
  private static Standing ended(Job job) {
    return switch (job.state()) {
      case RECEIVING -> job.standing();
      case CANCELLING -> {
        Reason reason = job.standing().reason();
        boolean late = reason != null && reason.kind() == Reason.Kind.DEADLINE;
        JobState cancelled = late ? JobState.EXPIRED : JobState.CANCELLED;
        yield job.standing().in(job.counts().cancelled() > 0 ? cancelled : JobState.FAILED);
      }
      case QUEUED, RUNNING, PAUSED, SUCCEEDED, FAILED, CANCELLED, EXPIRED ->
          Standing.of(JobState.FAILED);
    };
  }
}
