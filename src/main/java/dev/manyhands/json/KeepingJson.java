package dev.manyhands.json;

import dev.manyhands.job.JobId;
import dev.manyhands.job.Keeping;
import dev.manyhands.job.Webhook;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/// The JSON form of [Keeping], whose fields are the job's own. What is absent is left out.
final class KeepingJson {
  private KeepingJson() {}

  static Keeping read(Fields job) {
    Duration retention = job.duration("retention");
    JobId retryOf = job.jobId("retryOf");
    List<Webhook> webhooks = job.objects("webhooks", KeepingJson::webhook);
    return new Keeping(retention, retryOf, webhooks);
  }

  private static @Nullable Webhook webhook(Fields fields) {
    if (!fields.has("url")) {
      fields.missing("url", "a string");
    }
    String url = fields.text("url");
    String secret = fields.text("secret");
    List<String> events = Objects.requireNonNullElse(fields.texts("events"), Webhook.EVENTS);
    fields.end();
    return url == null
        ? null
        : new Webhook(url, secret == null ? Webhook.newSecret() : secret, events);
  }

  /// @param secrets whether the webhooks' secrets are written too
  static void write(JsonGenerator json, Keeping keeping, boolean secrets) {
    if (keeping.retention() != null) {
      json.writeStringProperty("retention", keeping.retention().toString());
    }
    if (keeping.retryOf() != null) {
      json.writeStringProperty("retryOf", keeping.retryOf().text());
    }
    if (!keeping.webhooks().isEmpty()) {
      json.writeArrayPropertyStart("webhooks");
      keeping.webhooks().forEach(webhook -> write(json, webhook, secrets));
      json.writeEndArray();
    }
  }

  private static void write(JsonGenerator json, Webhook webhook, boolean secrets) {
    json.writeStartObject();
    json.writeStringProperty("url", webhook.url());
    if (secrets) {
      json.writeStringProperty("secret", webhook.secret());
    }
    json.writeArrayPropertyStart("events");
    webhook.events().forEach(json::writeString);
    json.writeEndArray();
    json.writeEndObject();
  }
}
