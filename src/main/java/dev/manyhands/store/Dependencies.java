package dev.manyhands.store;

import dev.manyhands.job.DependsOn;
import dev.manyhands.job.Job;
import dev.manyhands.job.JobId;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/// Which unfinished jobs need which others. A needed job is not removed; a job needs no other any
/// more when it starts or ends.
final class Dependencies {
  private static final String HAS_JOB = "SELECT 1 FROM jobs WHERE id = ? FOR SHARE";
  private static final String INSERT =
      "INSERT INTO dependencies (job_id, depends_on) VALUES (?, ?)";
  private static final String RELEASE =
      """
      DELETE FROM dependencies WHERE job_id = ?
          AND EXISTS (SELECT 1 FROM jobs WHERE id = job_id AND epoch = ?)
      """;
  private static final String RELEASE_ENDED =
      """
      DELETE FROM dependencies
      WHERE job_id IN (SELECT id FROM jobs WHERE ended_at IS NOT NULL)
      """;

  private final JdbcTemplate jdbc;

  Dependencies(JdbcTemplate jdbc) {
    this.jdbc = jdbc;
  }

  /// Whether all that the job needs is there.
  boolean areThere(Job job) {
    return of(job).stream()
        .noneMatch(id -> jdbc.query(HAS_JOB, (_, _) -> true, id.text()).isEmpty());
  }

  void add(Job job) {
    of(job).forEach(needed -> jdbc.update(INSERT, job.id().text(), needed.text()));
  }

  private static List<JobId> of(Job job) {
    @Nullable DependsOn dependsOn = job.spec().gates().dependsOn();
    return dependsOn == null ? List.of() : dependsOn.jobs();
  }

  /// @return false if it needs none, or has another epoch
  boolean release(Change.Release change) {
    return jdbc.update(RELEASE, change.job().text(), change.epoch()) > 0;
  }

  /// The end of a job and its release are two commits; a start finds what stopped between them.
  static void releaseEnded(JdbcTemplate jdbc) {
    jdbc.update(RELEASE_ENDED);
  }
}
