package dev.manyhands.store;

import dev.manyhands.job.IdempotencyKey;
import dev.manyhands.job.JobId;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/// The idempotency keys of the last day. Expired ones are deleted by those that come, a few each
/// time, so there are never many more than a day brings.
final class Keys {

  /// Expired keys that a new one deletes.
  private static final int PORTION = 10;

  /// A key that has expired and was not deleted yet makes way.
  private static final String BEGIN =
      """
      INSERT INTO idempotency_keys (caller, key, job_id, fingerprint, first_index, count, created_at)
      VALUES (?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (caller, key) DO UPDATE SET job_id = excluded.job_id,
          fingerprint = excluded.fingerprint, first_index = excluded.first_index,
          count = excluded.count, answer = NULL, created_at = excluded.created_at
      WHERE idempotency_keys.created_at <= ?
      """;

  private static final String END =
      "UPDATE idempotency_keys SET fingerprint = ? WHERE caller = ? AND key = ? AND job_id = ?";
  private static final String ANSWER =
      "UPDATE idempotency_keys SET answer = ? WHERE caller = ? AND key = ? AND job_id = ?";
  static final String FORGET =
      "DELETE FROM idempotency_keys WHERE job_id = ? AND fingerprint IS NULL";
  static final String TAKE_BACK = "DELETE FROM idempotency_keys WHERE job_id = ?";
  private static final String EXPIRE =
      """
      DELETE FROM idempotency_keys WHERE (caller, key) IN
        (SELECT caller, key FROM idempotency_keys WHERE created_at <= ? ORDER BY created_at LIMIT ?)
      """;
  private static final String FIND =
      """
      SELECT job_id, fingerprint, first_index, count, answer FROM idempotency_keys
      WHERE caller = ? AND key = ? AND created_at > ?
      """;

  private final JdbcTemplate jdbc;

  Keys(JdbcTemplate jdbc) {
    this.jdbc = jdbc;
  }

  /// @return false if the key is in use
  boolean begin(Change.Accept change, Change.Once once) {
    return insert(change.job(), once, null, change.accepted().timeline().createdAt());
  }

  /// The job was not accepted after all.
  void takeBack(JobId job) {
    jdbc.update(TAKE_BACK, job.text());
  }

  /// @throws BrokenChange if a key is in use
  void begin(Change.Grow change) {
    for (Change.Added added : change.added()) {
      if (!insert(change.job(), added.once(), added, change.at())) {
        throw new BrokenChange(change, "an idempotency key is in use");
      }
    }
  }

  /// @return false if the key is in use; who uses it now is waited for
  private boolean insert(JobId job, Change.Once once, Change.@Nullable Added added, Instant now) {
    Long expired = Micros.of(now.minus(IdempotencyKey.KEPT));
    IdempotencyKey key = once.key();
    jdbc.update(EXPIRE, expired, PORTION);
    return jdbc.update(
            BEGIN,
            key.caller(),
            key.text(),
            job.text(),
            once.fingerprint(),
            added == null ? null : added.first(),
            added == null ? null : added.count(),
            Micros.of(now),
            expired)
        > 0;
  }

  /// @return false if the key is gone
  boolean end(Change.Fingerprint change) {
    IdempotencyKey key = change.once().key();
    return jdbc.update(
            END, change.once().fingerprint(), key.caller(), key.text(), change.job().text())
        > 0;
  }

  /// @return false if the key is gone
  boolean answer(Change.Answer change) {
    IdempotencyKey key = change.key();
    return jdbc.update(ANSWER, change.answer(), key.caller(), key.text(), change.job().text()) > 0;
  }

  /// Forgets the key of a submission that never came to its end.
  void forget(JobId job) {
    jdbc.update(FORGET, job.text());
  }

  static Optional<Keyed> find(JdbcTemplate jdbc, IdempotencyKey key, Instant now) {
    return jdbc
        .query(
            FIND,
            (row, _) ->
                new Keyed(
                    new JobId(row.getString("job_id")),
                    row.getBytes("fingerprint"),
                    row.getInt("first_index"),
                    row.getInt("count"),
                    row.getBytes("answer")),
            key.caller(),
            key.text(),
            Micros.of(now.minus(IdempotencyKey.KEPT)))
        .stream()
        .findFirst();
  }
}
