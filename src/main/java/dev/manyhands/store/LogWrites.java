package dev.manyhands.store;

import dev.manyhands.job.LargeValue;
import dev.manyhands.job.Outcomes;
import dev.manyhands.job.ResultBlock;
import dev.manyhands.json.FailuresJson;
import dev.manyhands.json.LargeValuesJson;
import dev.manyhands.json.OutputsJson;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/// Writes result blocks into the log, each once.
final class LogWrites {
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

  private final JdbcTemplate jdbc;
  private final int mostBytes;

  /// SQLite makes a table of its own for each insert that reads what it writes to, which costs more
  /// than all else of it; a statement more costs nothing where the database is in this process.
  private final boolean asksFirst;

  /// @param mostBytes a longer value is kept beside the log
  /// @param asksFirst whether the log is asked before a block is inserted, and not by the insert
  LogWrites(JdbcTemplate jdbc, int mostBytes, boolean asksFirst) {
    this.jdbc = jdbc;
    this.mostBytes = mostBytes;
    this.asksFirst = asksFirst;
  }

  /// Whether the very block is in the log.
  boolean has(String job, ResultBlock block) {
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

  /// Inserts a block whose tasks are known not to be in the log.
  ///
  /// @param seq how many of the job's tasks the log had before
  void insert(String job, int seq, ResultBlock block) {
    insert(INSERT_FREE, job, seq, block);
  }

  /// Inserts the block unless one of its tasks is in the log.
  ///
  /// @param seq how many of the job's tasks the log had before
  /// @return whether it is there now
  boolean insertIfFree(String job, int seq, ResultBlock block) {
    int first = block.first();
    int end = Math.addExact(first, block.count());
    if (!asksFirst) {
      return insert(INSERT, job, seq, block, job, end, first) > 0;
    }
    return lastEnd(job, end) <= first && insert(INSERT_FREE, job, seq, block) > 0;
  }

  /// Where the last block ends that starts before `index`.
  private int lastEnd(String job, int index) {
    return jdbc.query(LAST_END, (row, _) -> row.getInt("last_end"), job, index).stream()
        .findFirst()
        .orElse(0);
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
}
