package dev.manyhands.store;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/// What changes leave in the store: by it a writer that was not told how its commit ended finds
/// out.
///
/// A commit is whole or nothing, so if all of its traces are there, the store is as it was to be. A
/// change whose trace a later one of the commit takes away, such as results of a job that is then
/// removed, has none.
final class Traces {
  private static final String JOB = "SELECT EXISTS (SELECT 1 FROM jobs WHERE id = ?)";
  private static final String INPUTS =
      "SELECT EXISTS (SELECT 1 FROM input_blocks WHERE job_id = ? AND first_index = ?)";
  private static final String STAGED = "SELECT EXISTS (SELECT 1 FROM staged WHERE job_id = ?)";
  private static final String NEEDS = "SELECT EXISTS (SELECT 1 FROM dependencies WHERE job_id = ?)";
  private static final String HANDED =
      "SELECT EXISTS (SELECT 1 FROM handed WHERE job_id = ? AND chunk = ?)";
  private static final String KEY =
      """
      SELECT EXISTS (SELECT 1 FROM idempotency_keys
          WHERE caller = ? AND key = ? AND job_id = ? AND fingerprint IS NOT DISTINCT FROM ?)
      """;
  private static final String ANSWERED =
      """
      SELECT EXISTS (SELECT 1 FROM idempotency_keys
          WHERE caller = ? AND key = ? AND job_id = ? AND answer = ?)
      """;
  private static final String LIMIT =
      """
      SELECT EXISTS (SELECT 1 FROM limits WHERE name = ?
          AND permits IS NOT DISTINCT FROM ? AND rate IS NOT DISTINCT FROM ?)
      """;
  private static final String LIMIT_NAME = "SELECT EXISTS (SELECT 1 FROM limits WHERE name = ?)";

  private final JdbcTemplate jdbc;
  private final ResultLog results;

  Traces(JdbcTemplate jdbc, ResultLog results) {
    this.jdbc = jdbc;
    this.results = results;
  }

  /// @param effects what each change had done when its transaction was to be committed
  boolean areThere(List<Change> changes, List<Boolean> effects) {
    Erased erased = new Erased();
    for (int i = changes.size() - 1; i >= 0; i--) {
      Change change = changes.get(i);
      if (effects.get(i)) {
        if (!erased.has(change) && !isThere(change, erased)) {
          return false;
        }
        erased.by(change);
      }
    }
    return true;
  }

  private boolean isThere(Change change, Erased erased) {
    return switch (change) {
      case Change.Stage stage ->
          stage.blocks().isEmpty() || has(INPUTS, id(stage), stage.blocks().getLast().first());
      case Change.Discard discard -> !has(STAGED, id(discard));
      case Change.Accept accept -> has(JOB, id(accept));
      case Change.Grow grow ->
          grow.blocks().isEmpty() || has(INPUTS, id(grow), grow.blocks().getLast().first());
      case Change.Fingerprint end ->
          has(
              KEY,
              end.once().key().caller(),
              end.once().key().text(),
              id(end),
              end.once().fingerprint());
      case Change.Answer answer ->
          has(ANSWERED, answer.key().caller(), answer.key().text(), id(answer), answer.answer());
      case Change.Append append ->
          erased.hasStateOf(append) ? results.hasBlocks(append) : results.has(append);
      case Change.Hand hand -> has(HANDED, id(hand), hand.chunk());
      case Change.HandBack back -> !has(HANDED, id(back), back.chunk());
      case Change.Release release -> !has(NEEDS, id(release));
      case Change.Remove remove -> !has(JOB, id(remove));
      case Change.PutLimit put ->
          has(
              LIMIT,
              put.limit().name(),
              put.limit().permits(),
              put.limit().rate() == null ? null : put.limit().rate().text());
      case Change.RemoveLimit remove -> !has(LIMIT_NAME, remove.name());
    };
  }

  private static String id(Change change) {
    return String.valueOf(change.job());
  }

  private boolean has(String sql, @Nullable Object... arguments) {
    return jdbc.query(sql, (row, _) -> row.getBoolean(1), arguments).getFirst();
  }
}
