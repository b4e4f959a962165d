package dev.manyhands.web;

import dev.manyhands.job.Counts;
import dev.manyhands.job.Job;
import dev.manyhands.job.JobId;
import dev.manyhands.job.JobState;
import dev.manyhands.job.Outcome;
import dev.manyhands.job.Reason;
import dev.manyhands.job.Timeline;
import dev.manyhands.job.Webhook;
import dev.manyhands.json.SpecJson;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/// The JSON form of a job as it stands.
final class JobJson {
  private JobJson() {}

  /// For lists and for the answer to a submission: names the function, without its source.
  static void summary(JsonGenerator json, Job job) {
    state(json, job);
    json.writeObjectPropertyStart("function");
    json.writeStringProperty("type", job.spec().work().type());
    json.writeStringProperty("label", job.spec().work().label());
    json.writeEndObject();
    if (job.spec().placement().pool() != null) {
      json.writeStringProperty("pool", job.spec().placement().pool());
    }
    JobId retryOf = job.spec().keeping().retryOf();
    if (retryOf != null) {
      json.writeStringProperty("retryOf", retryOf.text());
    }
    json.writeObjectPropertyStart("labels");
    new TreeMap<>(job.spec().labels()).forEach(json::writeStringProperty);
    json.writeEndObject();
    links(json, job);
  }

  /// For the answer to a submission alone: with the webhooks' secrets, which are shown once.
  static void accepted(JsonGenerator json, Job job) {
    summary(json, job);
    if (!job.spec().keeping().webhooks().isEmpty()) {
      json.writeArrayPropertyStart("webhooks");
      for (Webhook webhook : job.spec().keeping().webhooks()) {
        json.writeStartObject();
        json.writeStringProperty("url", webhook.url());
        json.writeStringProperty("secret", webhook.secret());
        json.writeArrayPropertyStart("events");
        webhook.events().forEach(json::writeString);
        json.writeEndArray();
        json.writeEndObject();
      }
      json.writeEndArray();
    }
  }

  /// With everything that was asked for, every default written out.
  ///
  /// @param open whether anybody may add inputs to it
  static void full(JsonGenerator json, Job job, boolean open) {
    state(json, job);
    json.writeBooleanProperty("open", open);
    SpecJson.writeFields(json, job.spec());
    links(json, job);
  }

  private static void state(JsonGenerator json, Job job) {
    json.writeStringProperty("id", job.id().text());
    json.writeStringProperty("state", job.state().word());
    Reason reason = job.standing().reason();
    if (reason != null) {
      json.writeObjectPropertyStart("reason");
      json.writeStringProperty("kind", reason.kind().word());
      json.writeStringProperty("message", reason.message());
      json.writeEndObject();
    }
    counts(json, job.counts());
    totalKnown(json, job);
    Timeline timeline = job.timeline();
    time(json, "createdAt", timeline.createdAt());
    time(json, "startedAt", timeline.startedAt());
    time(json, "endedAt", timeline.endedAt());
  }

  /// Whether no more inputs come.
  static void totalKnown(JsonGenerator json, Job job) {
    json.writeBooleanProperty("totalKnown", job.state() != JobState.RECEIVING);
  }

  static void counts(JsonGenerator json, Counts counts) {
    json.writeObjectPropertyStart("counts");
    json.writeNumberProperty("total", counts.total());
    for (Outcome outcome : Outcome.values()) {
      json.writeNumberProperty(outcome.word(), counts.of(outcome));
    }
    json.writeEndObject();
  }

  /// To the microsecond, as the store keeps it: the same before and after a restart.
  static void time(JsonGenerator json, String name, @Nullable Instant at) {
    if (at != null) {
      json.writeStringProperty(name, at.truncatedTo(ChronoUnit.MICROS).toString());
    }
  }

  private static void links(JsonGenerator json, Job job) {
    json.writeObjectPropertyStart("links");
    json.writeStringProperty("self", path(job));
    json.writeStringProperty("results", path(job) + "/results");
    json.writeEndObject();
  }

  static String path(Job job) {
    return "/v1/jobs/" + job.id().text();
  }

  /// Names all of a job that can change but the estimate of its end, and so is a weak one.
  static String etag(Job job) {
    Counts counts = job.counts();
    StringBuilder tag = new StringBuilder("W/\"").append(job.state().word());
    tag.append('-').append(counts.total());
    for (Outcome outcome : Outcome.values()) {
      tag.append('-').append(counts.of(outcome));
    }
    Reason reason = job.standing().reason();
    if (reason != null) {
      tag.append('-').append(reason.kind().word());
    }
    return tag.append('"').toString();
  }
}
