package dev.manyhands.store;

import dev.manyhands.job.CustomId;
import dev.manyhands.job.InputBlock;
import dev.manyhands.job.JobId;
import dev.manyhands.job.JsonLines;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.springframework.jdbc.core.JdbcTemplate;

/// The custom ids of tasks, in blocks beside those of the inputs. They come when the job does, and
/// who looks for one goes over all of the job's: a million take some 40 ms, while a row for each
/// would make a job with them twice as slow to accept.
final class CustomIds {
  private static final String INSERT =
      "INSERT INTO custom_ids (job_id, first_index, count, ids) VALUES (?, ?, ?, ?)";
  private static final String OF_INDEX =
      """
      SELECT first_index, count, ids FROM custom_ids
      WHERE job_id = ? AND first_index <= ? AND EXISTS (SELECT 1 FROM jobs WHERE id = job_id)
      ORDER BY first_index DESC LIMIT 1
      """;
  private static final String FROM =
      """
      SELECT first_index, count, ids FROM custom_ids
      WHERE job_id = ? AND EXISTS (SELECT 1 FROM jobs WHERE id = job_id) AND first_index >= ?
      ORDER BY first_index LIMIT ?
      """;

  /// Blocks that are looked through at once: what is read may all be in memory.
  private static final int PORTION = 16;

  private final JdbcTemplate jdbc;

  CustomIds(JdbcTemplate jdbc) {
    this.jdbc = jdbc;
  }

  static void insert(JdbcTemplate jdbc, String job, InputBlock block) {
    JsonLines ids = block.customIds();
    if (ids != null) {
      jdbc.update(INSERT, job, block.first(), block.count(), ids.toByteArray());
    }
  }

  /// Those of the block that holds the task, as if they were its inputs.
  Optional<InputBlock> ofBlock(JobId job, int index) {
    return jdbc.query(OF_INDEX, (row, _) -> block(row), job.text(), index).stream()
        .filter(block -> index < block.first() + block.count())
        .findFirst();
  }

  /// Index of the task with this id.
  OptionalInt find(JobId job, CustomId id) {
    byte[] wanted = id.json();
    int from = 0;
    while (true) {
      List<InputBlock> blocks = jdbc.query(FROM, (row, _) -> block(row), job.text(), from, PORTION);
      for (InputBlock block : blocks) {
        int line = lineOf(block.inputs().bytes(), wanted);
        if (line >= 0) {
          return OptionalInt.of(block.first() + line);
        }
        from = block.first() + block.count();
      }
      if (blocks.size() < PORTION) {
        return OptionalInt.empty();
      }
    }
  }

  private static InputBlock block(ResultSet row) throws SQLException {
    byte[] ids = row.getBytes("ids");
    return new InputBlock(
        row.getInt("first_index"), new JsonLines(ids, 0, ids.length, row.getInt("count")));
  }

  /// The place of the line that is `wanted`, or -1.
  private static int lineOf(byte[] lines, byte[] wanted) {
    int line = 0;
    int start = 0;
    for (int at = 0; at < lines.length; at++) {
      if (lines[at] == '\n') {
        if (at - start == wanted.length
            && Arrays.equals(lines, start, at, wanted, 0, wanted.length)) {
          return line;
        }
        line++;
        start = at + 1;
      }
    }
    return -1;
  }
}
