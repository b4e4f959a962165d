package dev.manyhands.store;

import dev.manyhands.job.Ending;
import dev.manyhands.job.IdempotencyKey;
import dev.manyhands.job.InputBlock;
import dev.manyhands.job.Job;
import dev.manyhands.job.JobId;
import dev.manyhands.job.Logged;
import dev.manyhands.job.Outcome;
import dev.manyhands.job.Verdict;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.JdbcTemplate;

/// Reads jobs and their two logs. Every method is one statement, so it sees one moment and holds up
/// nothing for longer than it takes.
final class LogReader {
  private static final String JOB = JobRows.SELECT + "WHERE id = ?";

  /// Blocks of a job that is not accepted yet, or is removed, may be there; nobody sees them.
  private static final String OF_VISIBLE =
      "WHERE job_id = ? AND EXISTS (SELECT 1 FROM jobs WHERE id = job_id) ";

  private static final String FROM_BLOCK =
      OF_VISIBLE
          + "AND first_index >= coalesce((SELECT max(first_index) FROM input_blocks"
          + " WHERE job_id = ? AND first_index <= ?), 0) ORDER BY first_index";
  private static final String INPUT_BYTES =
      "SELECT sum(length(inputs)) FROM input_blocks " + OF_VISIBLE;
  private static final String BLOCK_STARTS = "SELECT first_index FROM input_blocks " + FROM_BLOCK;
  private static final String BLOCK_FUNCTIONS = "SELECT function FROM input_blocks " + FROM_BLOCK;
  private static final String INPUTS =
      "SELECT first_index, count, inputs, function FROM input_blocks "
          + OF_VISIBLE
          + "AND first_index = ?";
  private static final String VERDICTS =
      "SELECT first_index, count, outcome, failures FROM result_blocks " + OF_VISIBLE;
  private static final String ENDINGS =
      """
      SELECT first_index, count, outcome, attempt, worker, started_at, ended_at, times, failures
      FROM result_blocks
      """
          + OF_VISIBLE
          + "AND (outcome IS NULL AND (? OR failures IS NOT NULL) OR instr(?, ',' || outcome || ',') > 0)";
  private static final String RESULTS =
      """
      SELECT seq, first_index, count, outcome, attempt, worker, started_at, ended_at, times,
          failures, output, "values", large,
          length("values") + coalesce(length(failures), 0) + coalesce(length(output), 0) AS bytes
      FROM result_blocks
      """
          + OF_VISIBLE;
  private static final String BY_COMPLETION =
      RESULTS
          + """
          AND seq >= coalesce(
              (SELECT max(seq) FROM result_blocks WHERE job_id = ? AND seq <= ?), 0)
          AND seq + count > ? ORDER BY seq LIMIT ?
          """;
  private static final String FROM_INDEX =
      """
          AND first_index >= coalesce(
              (SELECT max(first_index) FROM result_blocks WHERE job_id = ? AND first_index <= ?), 0)
          AND first_index + count > ? ORDER BY first_index LIMIT ?
      """;
  private static final String BY_INDEX = RESULTS + FROM_INDEX;
  private static final String VERDICTS_BY_INDEX = VERDICTS + FROM_INDEX;
  private static final String ENDINGS_BY_INDEX = ENDINGS + FROM_INDEX;

  private static final String REMOVABLE =
      """
      SELECT id FROM jobs
      WHERE remove_at <= ? AND NOT EXISTS (SELECT 1 FROM dependencies WHERE depends_on = id)
      ORDER BY remove_at LIMIT ?
      """;
  private static final String NEXT_REMOVAL =
      "SELECT remove_at FROM jobs WHERE remove_at > ? ORDER BY remove_at LIMIT 1";

  /// Of one statement.
  private static final int MAX_PARAMETERS = 500;

  private static final String NEEDS_OTHERS =
      "SELECT EXISTS (SELECT 1 FROM dependencies WHERE job_id = ?)";
  private static final String DEPENDENTS =
      "SELECT job_id FROM dependencies WHERE depends_on = ? ORDER BY job_id LIMIT ?";

  private final JdbcTemplate jdbc;

  private final String byCompletion;
  private final String byIndex;

  LogReader(JdbcTemplate jdbc, Dialect dialect) {
    this.jdbc = jdbc;
    this.byCompletion = dialect.upTo(JobStore.READ_BYTES, BY_COMPLETION, "seq");
    this.byIndex = dialect.upTo(JobStore.READ_BYTES, BY_INDEX, "first_index");
  }

  Optional<Job> job(JobId id) {
    return jdbc.query(JOB, (row, _) -> JobRows.job(row), id.text()).stream().findFirst();
  }

  List<JobId> removable(Instant now, int limit) {
    return jdbc.query(REMOVABLE, (row, _) -> new JobId(row.getString("id")), Micros.of(now), limit);
  }

  Optional<Instant> nextRemoval(Instant now) {
    return jdbc
        .query(NEXT_REMOVAL, (row, _) -> Micros.instant(row.getLong("remove_at")), Micros.of(now))
        .stream()
        .findFirst();
  }

  Set<JobId> unfinished(List<JobId> ids) {
    Set<JobId> found = new HashSet<>();
    for (int i = 0; i < ids.size(); i += MAX_PARAMETERS) {
      List<JobId> some = ids.subList(i, Math.min(ids.size(), i + MAX_PARAMETERS));
      found.addAll(
          jdbc.query(
              "SELECT id FROM jobs WHERE ended_at IS NULL AND id IN ("
                  + String.join(", ", Collections.nCopies(some.size(), "?"))
                  + ")",
              (row, _) -> new JobId(row.getString("id")),
              some.stream().map(JobId::text).toArray()));
    }
    return found;
  }

  boolean needsOthers(JobId id) {
    return Boolean.TRUE.equals(jdbc.queryForObject(NEEDS_OTHERS, Boolean.class, id.text()));
  }

  List<JobId> dependents(JobId id, int limit) {
    return jdbc.query(DEPENDENTS, (row, _) -> new JobId(row.getString("job_id")), id.text(), limit);
  }

  long inputBytes(JobId id) {
    Long bytes = jdbc.queryForObject(INPUT_BYTES, Long.class, id.text());
    return bytes == null ? 0 : bytes;
  }

  int[] blockStarts(JobId id, int from) {
    return blocks(BLOCK_STARTS, id, from);
  }

  int[] blockFunctions(JobId id, int from) {
    return blocks(BLOCK_FUNCTIONS, id, from);
  }

  private int[] blocks(String sql, JobId id, int from) {
    String job = id.text();
    return jdbc.query(sql, (row, _) -> row.getInt(1), job, job, from).stream()
        .mapToInt(Integer::intValue)
        .toArray();
  }

  Optional<Keyed> keyed(IdempotencyKey key, Instant now) {
    return Keys.find(jdbc, key, now);
  }

  Optional<InputBlock> inputs(JobId id, int first) {
    return jdbc.query(INPUTS, (row, _) -> BlockRows.inputs(row), id.text(), first).stream()
        .findFirst();
  }

  List<Logged> byCompletion(JobId id, long seq, int limit) {
    return logged(byCompletion, id, seq, limit);
  }

  List<Logged> byIndex(JobId id, int index, int limit) {
    return logged(byIndex, id, index, limit);
  }

  Optional<byte[]> largeValue(JobId id, int index, int piece) {
    return LargeValues.piece(jdbc, id, index, piece);
  }

  List<Verdict> verdicts(JobId id, int index, int limit) {
    return jdbc
        .query(
            VERDICTS_BY_INDEX,
            (row, _) -> BlockRows.verdicts(row),
            id.text(),
            id.text(),
            index,
            index,
            limit)
        .stream()
        .flatMap(List::stream)
        .toList();
  }

  List<Ending> endings(JobId id, int index, Set<Outcome> outcomes, int limit) {
    String job = id.text();
    boolean succeeded = outcomes.contains(Outcome.SUCCEEDED);
    String words = outcomes.stream().map(Outcome::word).collect(Collectors.joining(",", ",", ","));
    return jdbc.query(
        ENDINGS_BY_INDEX,
        (row, _) -> BlockRows.ending(row),
        job,
        succeeded,
        words,
        job,
        index,
        index,
        limit);
  }

  private List<Logged> logged(String sql, JobId id, long from, int limit) {
    String job = id.text();
    return jdbc.query(sql, LogReader::upToReadBytes, job, job, from, from, limit);
  }

  private static List<Logged> upToReadBytes(ResultSet rows) throws SQLException {
    List<Logged> logged = new ArrayList<>();
    for (long bytes = 0;
        bytes < JobStore.READ_BYTES && rows.next();
        bytes += rows.getLong("bytes")) {
      logged.add(BlockRows.logged(rows));
    }
    return logged;
  }
}
