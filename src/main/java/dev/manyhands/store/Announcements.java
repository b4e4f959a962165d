package dev.manyhands.store;

import dev.manyhands.job.Counts;
import dev.manyhands.job.Job;
import dev.manyhands.job.JobId;
import dev.manyhands.job.Standing;
import dev.manyhands.job.Timeline;
import dev.manyhands.job.Webhook;
import dev.manyhands.json.EventJson;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.JdbcTemplate;

/// Puts into the outbox what webhooks are to be told, within the transaction that makes it so: a
/// move that is committed is told, one that is not is not.
final class Announcements {
  private static final String INSERT_WEBHOOK =
      "INSERT INTO webhooks (job_id, place, url, secret, events) VALUES (?, ?, ?, ?, ?)";
  private static final String COUNT = "UPDATE jobs SET webhooks = ? WHERE id = ?";

  /// Until the end of the transaction nobody says that one is gone.
  private static final String HEARERS =
      "SELECT place, events, gone FROM webhooks WHERE job_id = ? ORDER BY place FOR UPDATE";

  private static final String INSERT =
      """
      INSERT INTO deliveries (id, job_id, webhook, event, body, state, created_at, due_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      """;

  /// What waits for its next attempt has one more now, before what is newer.
  private static final String HURRY =
      "UPDATE deliveries SET due_at = ? WHERE job_id = ? AND webhook = ? AND due_at > ?";

  private final JdbcTemplate jdbc;

  Announcements(JdbcTemplate jdbc) {
    this.jdbc = jdbc;
  }

  private record Hearer(int place, String events, boolean gone) {
    boolean hears(String event) {
      return events.isEmpty() || List.of(events.split(" ", -1)).contains(event);
    }
  }

  /// Who hears of a job, at its acceptance.
  void register(Job job) {
    List<Webhook> webhooks = job.spec().keeping().webhooks();
    if (webhooks.isEmpty()) {
      return;
    }
    String id = job.id().text();
    for (int place = 0; place < webhooks.size(); place++) {
      Webhook webhook = webhooks.get(place);
      jdbc.update(
          INSERT_WEBHOOK,
          id,
          place,
          webhook.url(),
          webhook.secret(),
          String.join(" ", webhook.events()));
    }
    jdbc.update(COUNT, webhooks.size(), id);
  }

  /// @param at when it happened: also when it is to be told first
  void announce(
      String event, Instant at, JobId job, Standing standing, Counts counts, Timeline timeline) {
    byte[] body = EventJson.write(event, at, job, standing, counts, timeline);
    Long micros = Micros.of(at);
    List<Hearer> hearers =
        jdbc.query(
            HEARERS,
            (row, _) ->
                new Hearer(row.getInt("place"), row.getString("events"), row.getBoolean("gone")),
            job.text());
    for (Hearer hearer : hearers) {
      if (hearer.hears(event)) {
        String id = "msg_" + UUID.randomUUID().toString().replace("-", "");
        Delivery.State state = hearer.gone() ? Delivery.State.GONE : Delivery.State.PENDING;
        jdbc.update(
            INSERT,
            id,
            job.text(),
            hearer.place(),
            event,
            body,
            state.word(),
            micros,
            hearer.gone() ? null : micros);
        jdbc.update(HURRY, micros, job.text(), hearer.place(), micros);
      }
    }
  }
}
