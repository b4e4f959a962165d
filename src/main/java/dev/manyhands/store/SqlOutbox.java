package dev.manyhands.store;

import dev.manyhands.job.JobId;
import dev.manyhands.job.Webhook;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;

/// The outbox beside the job store, in the same database.
final class SqlOutbox implements Outbox {
  private static final String SELECT =
      """
      SELECT d.id, d.job_id, d.event, d.body, d.state, d.created_at, d.due_at, w.url, w.secret,
          w.events
      FROM deliveries d JOIN webhooks w ON w.job_id = d.job_id AND w.place = d.webhook
      """;
  private static final String DUE =
      SELECT + "WHERE due_at IS NOT NULL AND due_at <= ? ORDER BY due_at, d.place LIMIT ?";
  private static final String OF_JOB = SELECT + "WHERE d.job_id = ? ORDER BY d.place";
  private static final String DUE_AFTER =
      "SELECT due_at FROM deliveries WHERE due_at IS NOT NULL AND due_at > ?"
          + " ORDER BY due_at LIMIT 1";
  private static final String ATTEMPTS =
      "SELECT attempt, at, took, status, error FROM delivery_attempts WHERE delivery = ?"
          + " ORDER BY attempt";
  private static final String MOVE =
      "UPDATE deliveries SET state = ?, due_at = ? WHERE id = ? AND due_at IS NOT NULL";
  private static final String WAS_TRIED =
      "SELECT 1 FROM delivery_attempts WHERE delivery = ? AND attempt = ?";
  private static final String TRIED =
      "INSERT INTO delivery_attempts (delivery, attempt, at, took, status, error)"
          + " VALUES (?, ?, ?, ?, ?, ?)";

  private final StoreWriter writer;
  private final JdbcTemplate readers;

  SqlOutbox(StoreWriter writer, JdbcTemplate readers) {
    this.writer = writer;
    this.readers = readers;
  }

  @Override
  public List<Delivery> due(Instant now, int limit) {
    return readers.query(DUE, (row, _) -> delivery(row), Micros.of(now), limit);
  }

  @Override
  public Optional<Instant> dueAfter(Instant now) {
    return readers
        .query(DUE_AFTER, (row, _) -> Micros.instant(row.getLong("due_at")), Micros.of(now))
        .stream()
        .findFirst();
  }

  @Override
  public void record(
      Delivery delivery, Delivery.Attempt attempt, Delivery.State state, @Nullable Instant dueAt) {
    writer.inTransaction(
        jdbc -> {
          if (jdbc.update(MOVE, state.word(), Micros.of(dueAt), delivery.id()) > 0) {
            jdbc.update(
                TRIED,
                delivery.id(),
                attempt.number(),
                Micros.of(attempt.at()),
                attempt.took().toNanos() / 1000,
                attempt.status(),
                attempt.error());
          }
          return true;
        },
        (jdbc, _) ->
            !jdbc.query(WAS_TRIED, (_, _) -> true, delivery.id(), attempt.number()).isEmpty());
  }

  @Override
  public List<Delivery> of(JobId job) {
    return readers.query(OF_JOB, (row, _) -> delivery(row), job.text());
  }

  private Delivery delivery(ResultSet row) throws SQLException {
    String id = row.getString("id");
    long dueAt = row.getLong("due_at");
    boolean atItsEnd = row.wasNull();
    return new Delivery(
        id,
        new JobId(row.getString("job_id")),
        new Webhook(row.getString("url"), row.getString("secret"), events(row.getString("events"))),
        row.getString("event"),
        row.getBytes("body"),
        Delivery.State.valueOf(row.getString("state").toUpperCase(Locale.ROOT)),
        Micros.instant(row.getLong("created_at")),
        atItsEnd ? null : Micros.instant(dueAt),
        readers.query(ATTEMPTS, (attempt, _) -> attempt(attempt), id));
  }

  private static List<String> events(String words) {
    return words.isEmpty() ? List.of() : List.of(words.split(" ", -1));
  }

  private static Delivery.Attempt attempt(ResultSet row) throws SQLException {
    int status = row.getInt("status");
    boolean unanswered = row.wasNull();
    return new Delivery.Attempt(
        row.getInt("attempt"),
        Micros.instant(row.getLong("at")),
        Duration.ofNanos(row.getLong("took") * 1000),
        unanswered ? null : status,
        row.getString("error"));
  }
}
