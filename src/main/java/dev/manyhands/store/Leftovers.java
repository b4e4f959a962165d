package dev.manyhands.store;

import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;

/// The blocks of jobs that nobody sees any more. A large job's are deleted in portions, so that no
/// commit waits for all of them.
final class Leftovers {
  /// Blocks of one portion: at half a megabyte each they take about 15 ms.
  private static final int PORTION = 32;

  private static final String INSERT =
      "INSERT INTO leftovers (job_id) VALUES (?) ON CONFLICT DO NOTHING";
  private static final String FIRST =
      "SELECT job_id FROM leftovers ORDER BY job_id LIMIT 1 FOR UPDATE SKIP LOCKED";
  private static final String DELETE = "DELETE FROM leftovers WHERE job_id = ?";
  private static final String HAS = "SELECT EXISTS (SELECT 1 FROM leftovers WHERE job_id = ?)";
  private static final String DELETE_RESULTS =
      """
      DELETE FROM result_blocks WHERE job_id = ? AND seq IN
        (SELECT seq FROM result_blocks WHERE job_id = ? ORDER BY seq LIMIT ?)
      """;
  private static final String DELETE_LARGE =
      """
      DELETE FROM large_values WHERE job_id = ? AND (task, piece) IN
        (SELECT task, piece FROM large_values WHERE job_id = ? ORDER BY task, piece LIMIT ?)
      """;
  private static final String DELETE_IDS =
      """
      DELETE FROM custom_ids WHERE job_id = ? AND first_index IN
        (SELECT first_index FROM custom_ids WHERE job_id = ? ORDER BY first_index LIMIT ?)
      """;
  private static final String DELETE_INPUTS =
      """
      DELETE FROM input_blocks WHERE job_id = ? AND first_index IN
        (SELECT first_index FROM input_blocks WHERE job_id = ? ORDER BY first_index LIMIT ?)
      """;

  /// Of the parameters of a statement.
  private static final Object[] NOTHING = {};

  private Leftovers() {}

  static boolean has(JdbcTemplate jdbc, String job) {
    return Boolean.TRUE.equals(jdbc.queryForObject(HAS, Boolean.class, job));
  }

  /// Deletes a first portion of the job's blocks and notes the job if others remain.
  ///
  /// @return whether others remain
  static boolean leave(JdbcTemplate jdbc, String job) {
    boolean more = deleteBlocks(jdbc, job);
    if (more) {
      jdbc.update(INSERT, job);
    }
    return more;
  }

  /// @return whether more may remain, of any job
  static boolean deletePortion(JdbcTemplate jdbc) {
    List<String> jobs = jdbc.query(FIRST, (row, _) -> row.getString("job_id"), NOTHING);
    if (jobs.isEmpty()) {
      return false;
    }
    if (!deleteBlocks(jdbc, jobs.getFirst())) {
      jdbc.update(DELETE, jobs.getFirst());
    }
    return true;
  }

  private static boolean deleteBlocks(JdbcTemplate jdbc, String job) {
    int left = PORTION - jdbc.update(DELETE_LARGE, job, job, PORTION);
    left -= left == 0 ? 0 : jdbc.update(DELETE_RESULTS, job, job, left);
    left -= left == 0 ? 0 : jdbc.update(DELETE_IDS, job, job, left);
    return left == 0 || jdbc.update(DELETE_INPUTS, job, job, left) == left;
  }
}
