package dev.manyhands.json;

import dev.manyhands.job.DependsOn;
import dev.manyhands.job.Gates;
import dev.manyhands.job.JobId;
import dev.manyhands.job.LimitUse;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/// The JSON form of [Gates], whose fields are the job's own. What is absent is left out.
final class GatesJson {
  private GatesJson() {}

  static Gates read(Fields job, Mistakes mistakes) {
    Instant notBefore = job.time("notBefore");
    Instant deadline = job.time("deadline");
    DependsOn dependsOn = mistakes.orNote(() -> dependsOn(job));
    List<LimitUse> limits = job.objects("limits", GatesJson::limitUse);
    return new Gates(notBefore, deadline, dependsOn, limits);
  }

  private static @Nullable DependsOn dependsOn(Fields job) {
    Fields fields = job.object("dependsOn");
    if (fields == null) {
      return null;
    }
    if (!fields.has("jobs")) {
      fields.missing("jobs", "an array of job ids");
    }
    List<JobId> jobs = fields.jobIds("jobs");
    String inputs = fields.word("inputs", List.of("own", "values", "whole"));
    String onFailed = fields.word("onFailed", List.of("cancel", "run"));
    fields.end();
    return jobs == null
        ? null
        : new DependsOn(
            jobs,
            inputs == null
                ? DependsOn.Inputs.OWN
                : DependsOn.Inputs.valueOf(inputs.toUpperCase(Locale.ROOT)),
            "run".equals(onFailed) ? DependsOn.OnFailed.RUN : DependsOn.OnFailed.CANCEL);
  }

  private static @Nullable LimitUse limitUse(Fields fields) {
    if (!fields.has("name")) {
      fields.missing("name", "a string");
    }
    String name = fields.text("name");
    Integer permits = fields.integer("permits");
    String key = fields.text("key");
    fields.end();
    return name == null ? null : new LimitUse(name, permits, key);
  }

  static void write(JsonGenerator json, Gates gates) {
    if (gates.notBefore() != null) {
      json.writeStringProperty("notBefore", gates.notBefore().toString());
    }
    if (gates.deadline() != null) {
      json.writeStringProperty("deadline", gates.deadline().toString());
    }
    if (gates.dependsOn() != null) {
      write(json, gates.dependsOn());
    }
    if (!gates.limits().isEmpty()) {
      json.writeArrayPropertyStart("limits");
      gates.limits().forEach(use -> write(json, use));
      json.writeEndArray();
    }
  }

  private static void write(JsonGenerator json, DependsOn dependsOn) {
    json.writeObjectPropertyStart("dependsOn");
    json.writeArrayPropertyStart("jobs");
    dependsOn.jobs().forEach(id -> json.writeString(id.text()));
    json.writeEndArray();
    json.writeStringProperty("inputs", dependsOn.inputs().name().toLowerCase(Locale.ROOT));
    json.writeStringProperty("onFailed", dependsOn.onFailed().name().toLowerCase(Locale.ROOT));
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, LimitUse use) {
    json.writeStartObject();
    json.writeStringProperty("name", use.name());
    if (use.permits() != null) {
      json.writeNumberProperty("permits", use.permits());
    }
    if (use.key() != null) {
      json.writeStringProperty("key", use.key());
    }
    json.writeEndObject();
  }
}
