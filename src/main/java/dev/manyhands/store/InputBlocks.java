package dev.manyhands.store;

import dev.manyhands.job.InputBlock;
import java.util.List;
import java.util.Objects;
import org.springframework.jdbc.core.JdbcTemplate;

/// The end of every job's log of inputs.
final class InputBlocks {
  private static final String INSERT =
      "INSERT INTO input_blocks (job_id, first_index, count, inputs, function)"
          + " VALUES (?, ?, ?, ?, ?)";

  private final JdbcTemplate jdbc;

  InputBlocks(JdbcTemplate jdbc) {
    this.jdbc = jdbc;
  }

  /// @param from inputs that are there
  /// @return inputs that are there afterwards
  int insert(Change change, List<InputBlock> blocks, int from) {
    int next = from;
    for (InputBlock block : blocks) {
      if (block.first() != next) {
        throw new BrokenChange(change, "expected input " + next + ", got: " + block.first());
      }
      String job = Objects.requireNonNull(change.job()).text();
      jdbc.update(INSERT, job, next, block.count(), block.inputs().toByteArray(), block.function());
      CustomIds.insert(jdbc, job, block);
      next = Math.addExact(next, block.count());
    }
    return next;
  }
}
