package dev.manyhands.store;

import dev.manyhands.job.Counts;
import dev.manyhands.job.InputBlock;
import dev.manyhands.job.Job;
import dev.manyhands.job.JobState;
import dev.manyhands.job.Reason;
import dev.manyhands.json.SpecJson;
import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;

/// How jobs come into the store and leave it. A job is in `jobs` from its acceptance to its
/// removal, so what has no row there is visible to nobody.
final class Intake {
  private static final String INSERT_JOB =
      """
      INSERT INTO jobs (id, caller, function, state, open, total, created_at, retention, owner, epoch,
          succeeded, failed, crashed, timed_out, cancelled, skipped, started_at, ended_at,
          reason, reason_message)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """;
  private static final String INSERT_SPEC = "INSERT INTO job_specs (job_id, spec) VALUES (?, ?)";
  private static final String HAS_JOB = "SELECT EXISTS (SELECT 1 FROM jobs WHERE id = ?)";

  private static final String LOCK_JOB = "SELECT 1 FROM jobs WHERE id = ? FOR UPDATE";

  /// Not while another job needs it.
  private static final String DELETE_JOB =
      """
      DELETE FROM jobs
      WHERE id = ? AND NOT EXISTS (SELECT 1 FROM dependencies WHERE depends_on = jobs.id)
      """;

  /// Those that need it go on doing so: that is how they find it gone, also at the next start.
  private static final String TAKE_BACK_JOB = "DELETE FROM jobs WHERE id = ?";

  /// Held until the end of the transaction: another node may be about to give it up, blocks and
  /// all.
  private static final String STAGED = "SELECT inputs FROM staged WHERE job_id = ? FOR UPDATE";

  private static final String STAGE =
      """
      INSERT INTO staged (job_id, owner, inputs) VALUES (?, ?, ?)
      ON CONFLICT (job_id) DO UPDATE SET inputs = excluded.inputs
      """;
  private static final String UNSTAGE = "DELETE FROM staged WHERE job_id = ?";

  private final JdbcTemplate jdbc;
  private final String node;
  private final InputBlocks blocks;
  private final Dependencies dependencies;

  /// @param node whose the jobs are that come
  Intake(JdbcTemplate jdbc, String node) {
    this.jdbc = jdbc;
    this.node = node;
    this.blocks = new InputBlocks(jdbc);
    this.dependencies = new Dependencies(jdbc);
  }

  /// @return false if the job is accepted already, or was taken back
  boolean stage(Change.Stage change) {
    String id = change.job().text();
    if (isVisible(id) || Leftovers.has(jdbc, id)) {
      return false;
    }
    int inputs = blocks.insert(change, change.blocks(), staged(id));
    if (inputs > 0) {
      jdbc.update(STAGE, id, node, inputs);
    }
    return true;
  }

  /// @return false if nothing is staged
  boolean discard(Change.Discard change) {
    String id = change.job().text();
    if (jdbc.update(UNSTAGE, id) == 0) {
      return false;
    }
    Leftovers.leave(jdbc, id);
    return true;
  }

  /// @param row the job as it stands after the commit
  /// @return false if a job that it depends on is not there
  boolean accept(Change.Accept change, Job row) {
    Job job = change.accepted();
    int total = job.counts().total();
    if (job.state() != JobState.QUEUED && job.state() != JobState.RECEIVING
        || !job.counts().equals(Counts.none(total))) {
      throw new BrokenChange(
          change, "expected a queued or receiving job of which nothing has ended");
    }
    if (!dependencies.areThere(job)) {
      return false;
    }
    String id = job.id().text();
    insert(row, change.open());
    jdbc.update(INSERT_SPEC, id, SpecJson.write(job.spec()));
    JobLabels.add(jdbc, job);
    JobFunctions.add(jdbc, job);
    dependencies.add(job);
    new Announcements(jdbc).register(job);
    int inputs = insertLast(change, id);
    if (inputs != total) {
      throw new BrokenChange(change, "expected " + total + " inputs, got " + inputs);
    }
    return true;
  }

  private void insert(Job job, boolean open) {
    Counts counts = job.counts();
    Reason reason = job.standing().reason();
    jdbc.update(
        INSERT_JOB,
        job.id().text(),
        job.caller(),
        job.spec().work().label(),
        job.state().word(),
        open,
        counts.total(),
        Micros.of(job.timeline().createdAt()),
        Micros.of(job.spec().keeping().retention()),
        node,
        counts.succeeded(),
        counts.failed(),
        counts.crashed(),
        counts.timedOut(),
        counts.cancelled(),
        counts.skipped(),
        Micros.of(job.timeline().startedAt()),
        Micros.of(job.timeline().endedAt()),
        reason == null ? null : reason.kind().word(),
        reason == null ? null : reason.message());
  }

  /// @return false if there is no such job, or another one needs it
  boolean remove(Change.Remove change) {
    String id = change.job().text();
    // Whoever accepts a job that needs this one holds its row, so has either done so or comes too
    // late.
    jdbc.query(LOCK_JOB, (_, _) -> true, id);
    if (jdbc.update(change.takenBack() ? TAKE_BACK_JOB : DELETE_JOB, id) == 0) {
      return false;
    }
    Leftovers.leave(jdbc, id);
    return true;
  }

  /// Most jobs come whole, with a block that starts at 0: then nothing is staged.
  private int insertLast(Change.Accept change, String id) {
    List<InputBlock> last = change.blocks();
    if (!last.isEmpty() && last.getFirst().first() == 0) {
      return blocks.insert(change, last, 0);
    }
    int staged = staged(id);
    int inputs = blocks.insert(change, last, staged);
    if (jdbc.update(UNSTAGE, id) == 0 && staged > 0) {
      throw new BrokenChange(change, "what was staged of it is gone");
    }
    return inputs;
  }

  private boolean isVisible(String id) {
    return Boolean.TRUE.equals(jdbc.queryForObject(HAS_JOB, Boolean.class, id));
  }

  private int staged(String id) {
    return jdbc.query(STAGED, (row, _) -> row.getInt("inputs"), id).stream().findFirst().orElse(0);
  }
}
