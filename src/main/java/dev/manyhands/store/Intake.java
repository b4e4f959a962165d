package dev.manyhands.store;

import dev.manyhands.job.Counts;
import dev.manyhands.job.InputBlock;
import dev.manyhands.job.Job;
import dev.manyhands.job.JobState;
import dev.manyhands.json.SpecJson;
import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;

/// How jobs come into the store and leave it. A job is in `jobs` from its acceptance to its
/// removal, so what has no row there is visible to nobody.
final class Intake {
  private static final String INSERT_JOB =
      """
      INSERT INTO jobs (id, caller, function, state, total, created_at, epoch)
      VALUES (?, ?, ?, ?, ?, ?, 1)
      """;
  private static final String INSERT_SPEC = "INSERT INTO job_specs (job_id, spec) VALUES (?, ?)";
  private static final String HAS_JOB = "SELECT EXISTS (SELECT 1 FROM jobs WHERE id = ?)";
  private static final String DELETE_JOB = "DELETE FROM jobs WHERE id = ?";
  private static final String STAGED = "SELECT inputs FROM staged WHERE job_id = ?";
  private static final String STAGE =
      """
      INSERT INTO staged (job_id, inputs) VALUES (?, ?)
      ON CONFLICT (job_id) DO UPDATE SET inputs = excluded.inputs
      """;
  private static final String UNSTAGE = "DELETE FROM staged WHERE job_id = ?";
  private static final String INSERT_INPUTS =
      "INSERT INTO input_blocks (job_id, first_index, count, inputs) VALUES (?, ?, ?, ?)";

  private final JdbcTemplate jdbc;

  Intake(JdbcTemplate jdbc) {
    this.jdbc = jdbc;
  }

  /// @return false if the job is accepted already, or was taken back
  boolean stage(Change.Stage change) {
    String id = change.job().text();
    if (isVisible(id) || Leftovers.has(jdbc, id)) {
      return false;
    }
    int inputs = insert(change, change.blocks(), staged(id));
    if (inputs > 0) {
      jdbc.update(STAGE, id, inputs);
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

  /// @return true
  boolean accept(Change.Accept change) {
    Job job = change.accepted();
    int total = job.counts().total();
    if (job.state() != JobState.QUEUED || !job.counts().equals(Counts.none(total))) {
      throw new BrokenChange(change, "expected a queued job of which nothing has ended");
    }
    String id = job.id().text();
    jdbc.update(
        INSERT_JOB,
        id,
        job.caller(),
        job.spec().function().label(),
        job.state().word(),
        total,
        Micros.of(job.timeline().createdAt()));
    jdbc.update(INSERT_SPEC, id, SpecJson.write(job.spec()));
    int inputs = insertLast(change, id);
    if (inputs != total) {
      throw new BrokenChange(change, "expected " + total + " inputs, got " + inputs);
    }
    return true;
  }

  /// @return false if there is no such job
  boolean remove(Change.Remove change) {
    String id = change.job().text();
    if (jdbc.update(DELETE_JOB, id) == 0) {
      return false;
    }
    Leftovers.leave(jdbc, id);
    return true;
  }

  /// Most jobs come whole, with a block that starts at 0: then nothing is staged.
  private int insertLast(Change.Accept change, String id) {
    List<InputBlock> blocks = change.blocks();
    if (!blocks.isEmpty() && blocks.getFirst().first() == 0) {
      return insert(change, blocks, 0);
    }
    int inputs = insert(change, blocks, staged(id));
    jdbc.update(UNSTAGE, id);
    return inputs;
  }

  /// @param from inputs that are there
  /// @return inputs that are there afterwards
  private int insert(Change change, List<InputBlock> blocks, int from) {
    int next = from;
    for (InputBlock block : blocks) {
      if (block.first() != next) {
        throw new BrokenChange(change, "expected input " + next + ", got: " + block.first());
      }
      jdbc.update(
          INSERT_INPUTS, change.job().text(), next, block.count(), block.inputs().toByteArray());
      next = Math.addExact(next, block.count());
    }
    return next;
  }

  private boolean isVisible(String id) {
    return Boolean.TRUE.equals(jdbc.queryForObject(HAS_JOB, Boolean.class, id));
  }

  private int staged(String id) {
    return jdbc.query(STAGED, (row, _) -> row.getInt("inputs"), id).stream().findFirst().orElse(0);
  }
}
