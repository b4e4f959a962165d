package dev.manyhands.store;

import dev.manyhands.job.Ending;
import dev.manyhands.job.Failure;
import dev.manyhands.job.InputBlock;
import dev.manyhands.job.JsonLines;
import dev.manyhands.job.Logged;
import dev.manyhands.job.Outcome;
import dev.manyhands.job.Outcomes;
import dev.manyhands.job.ResultBlock;
import dev.manyhands.job.RunTimes;
import dev.manyhands.job.Stint;
import dev.manyhands.job.Verdict;
import dev.manyhands.json.FailuresJson;
import dev.manyhands.json.LargeValuesJson;
import dev.manyhands.json.OutputsJson;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Rows of `input_blocks` and `result_blocks` as records.
final class BlockRows {
  private BlockRows() {}

  static InputBlock inputs(ResultSet row) throws SQLException {
    return new InputBlock(
        row.getInt("first_index"), lines(row, "inputs"), row.getInt("function"), null);
  }

  static Logged logged(ResultSet row) throws SQLException {
    String outcome = row.getString("outcome");
    return new Logged(row.getLong("seq"), outcome == null ? ran(row) : unrun(row, outcome));
  }

  private static ResultBlock unrun(ResultSet row, String outcome) throws SQLException {
    return new ResultBlock.Unrun(row.getInt("first_index"), row.getInt("count"), outcome(outcome));
  }

  private static ResultBlock ran(ResultSet row) throws SQLException {
    return new ResultBlock.Ran(
        row.getInt("attempt"),
        new Outcomes(
            row.getInt("first_index"),
            lines(row, "values"),
            list(row.getBytes("failures"), FailuresJson::read),
            RunTimes.decode(row.getBytes("times")),
            list(row.getBytes("output"), OutputsJson::read),
            stint(row)),
        list(row.getBytes("large"), LargeValuesJson::read));
  }

  static Ending ending(ResultSet row) throws SQLException {
    int first = row.getInt("first_index");
    String outcome = row.getString("outcome");
    return outcome != null
        ? new Ending.Unrun(first, row.getInt("count"), outcome(outcome))
        : new Ending.Ran(
            first,
            row.getInt("attempt"),
            RunTimes.decode(row.getBytes("times")),
            list(row.getBytes("failures"), FailuresJson::read),
            stint(row));
  }

  private static Outcome outcome(String word) {
    return Outcome.valueOf(word.toUpperCase(Locale.ROOT));
  }

  private static Stint stint(ResultSet row) throws SQLException {
    return new Stint(
        row.getString("worker"),
        Micros.instant(row.getLong("started_at")),
        Micros.instant(row.getLong("ended_at")));
  }

  /// The block as runs of tasks that ended alike.
  static List<Verdict> verdicts(ResultSet row) throws SQLException {
    int first = row.getInt("first_index");
    int end = first + row.getInt("count");
    String outcome = row.getString("outcome");
    if (outcome != null) {
      return List.of(new Verdict(first, end - first, outcome(outcome)));
    }
    List<Verdict> verdicts = new ArrayList<>();
    int from = first;
    for (Failure failure : list(row.getBytes("failures"), FailuresJson::read)) {
      addSucceeded(verdicts, from, failure.index());
      verdicts.add(new Verdict(failure.index(), 1, failure.outcome()));
      from = failure.index() + 1;
    }
    addSucceeded(verdicts, from, end);
    return verdicts;
  }

  private static void addSucceeded(List<Verdict> verdicts, int from, int end) {
    if (from < end) {
      verdicts.add(new Verdict(from, end - from, Outcome.SUCCEEDED));
    }
  }

  private static JsonLines lines(ResultSet row, String column) throws SQLException {
    byte[] bytes = row.getBytes(column);
    return new JsonLines(bytes, 0, bytes.length, row.getInt("count"));
  }

  private static <T> List<T> list(byte @Nullable [] bytes, Function<byte[], List<T>> read) {
    return bytes == null ? List.of() : read.apply(bytes);
  }
}
