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
import java.util.function.Supplier;
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

  /// Of its own jobs, lest each node on a database tells all; and of each webhook of a job only the
  /// first that is not at its end, so that it hears in the order in which things happened.
  private static final String DUE =
      SELECT
          + """
          JOIN jobs j ON j.id = d.job_id
          WHERE d.due_at IS NOT NULL AND d.due_at <= ? AND j.owner = ? AND NOT EXISTS (
              SELECT 1 FROM deliveries b
              WHERE b.job_id = d.job_id AND b.webhook = d.webhook AND b.place < d.place
                  AND b.due_at IS NOT NULL)
          ORDER BY d.due_at, d.place LIMIT ?
          """;

  private static final String OF_JOB = SELECT + "WHERE d.job_id = ? ORDER BY d.place";
  private static final String DUE_AFTER =
      """
      SELECT d.due_at FROM deliveries d JOIN jobs j ON j.id = d.job_id
      WHERE d.due_at IS NOT NULL AND d.due_at > ? AND j.owner = ?
      ORDER BY d.due_at LIMIT 1
      """;
  private static final String ATTEMPTS =
      "SELECT attempt, at, took, status, error FROM delivery_attempts WHERE delivery = ?"
          + " ORDER BY attempt";
  private static final String MOVE =
      "UPDATE deliveries SET state = ?, due_at = ? WHERE id = ? AND due_at IS NOT NULL";

  /// A statement of its own: it has to see an event that was committed while [#MOVE] waited.
  private static final String OVERTAKE =
      """
      UPDATE deliveries SET state = 'overtaken', due_at = NULL
      WHERE id = ? AND due_at IS NOT NULL AND EXISTS (
          SELECT 1 FROM deliveries later
          WHERE later.job_id = deliveries.job_id AND later.webhook = deliveries.webhook
              AND later.place > deliveries.place)
      """;

  /// First of all, so that an event is committed before this, and found by [#LEAVE], or finds it.
  private static final String GONE =
      """
      UPDATE webhooks SET gone = TRUE WHERE (job_id, place) IN
        (SELECT job_id, webhook FROM deliveries WHERE id = ?)
      """;

  private static final String LEAVE =
      """
      UPDATE deliveries SET state = 'gone', due_at = NULL
      WHERE due_at IS NOT NULL AND (job_id, webhook) IN
        (SELECT job_id, webhook FROM deliveries WHERE id = ?)
      """;

  private static final String WAS_TRIED =
      "SELECT 1 FROM delivery_attempts WHERE delivery = ? AND attempt = ?";
  private static final String TRIED =
      "INSERT INTO delivery_attempts (delivery, attempt, at, took, status, error)"
          + " VALUES (?, ?, ?, ?, ?, ?)";

  private final StoreWriter writer;
  private final JdbcTemplate readers;
  private final Supplier<String> node;

  /// @param node which has to have a job whose webhooks are told
  SqlOutbox(StoreWriter writer, JdbcTemplate readers, Supplier<String> node) {
    this.writer = writer;
    this.readers = readers;
    this.node = node;
  }

  @Override
  public List<Delivery> due(Instant now, int limit) {
    return readers.query(DUE, (row, _) -> delivery(row), Micros.of(now), node.get(), limit);
  }

  @Override
  public Optional<Instant> dueAfter(Instant now) {
    return readers
        .query(
            DUE_AFTER,
            (row, _) -> Micros.instant(row.getLong("due_at")),
            Micros.of(now),
            node.get())
        .stream()
        .findFirst();
  }

  @Override
  public Delivery.State record(
      Delivery delivery, Delivery.Attempt attempt, Delivery.State state, @Nullable Instant dueAt) {
    return writer.inTransaction(
        jdbc -> {
          if (state == Delivery.State.GONE) {
            jdbc.update(GONE, delivery.id());
          }
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
          if (state == Delivery.State.GONE) {
            jdbc.update(LEAVE, delivery.id());
          }
          return jdbc.update(OVERTAKE, delivery.id()) > 0 ? Delivery.State.OVERTAKEN : state;
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
