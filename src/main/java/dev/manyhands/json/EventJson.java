package dev.manyhands.json;

import dev.manyhands.job.Counts;
import dev.manyhands.job.JobId;
import dev.manyhands.job.Outcome;
import dev.manyhands.job.Reason;
import dev.manyhands.job.Standing;
import dev.manyhands.job.Timeline;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/// What a webhook is told, as it is posted:
/// `{"type":"job.ended","timestamp":"…","data":{"id":"job_…","state":"succeeded",…}}`.
public final class EventJson {
  private EventJson() {}

  /// @param type one of [dev.manyhands.job.Webhook#EVENTS]
  /// @param at when it happened
  public static byte[] write(
      String type, Instant at, JobId job, Standing standing, Counts counts, Timeline timeline) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = StoredJson.MAPPER.createGenerator(bytes)) {
      json.writeStartObject();
      json.writeStringProperty("type", type);
      json.writeStringProperty("timestamp", at.toString());
      json.writeObjectPropertyStart("data");
      json.writeStringProperty("id", job.text());
      json.writeStringProperty("state", standing.state().word());
      Reason reason = standing.reason();
      if (reason != null) {
        json.writeObjectPropertyStart("reason");
        json.writeStringProperty("kind", reason.kind().word());
        json.writeStringProperty("message", reason.message());
        json.writeEndObject();
      }
      json.writeObjectPropertyStart("counts");
      json.writeNumberProperty("total", counts.total());
      for (Outcome outcome : Outcome.values()) {
        json.writeNumberProperty(outcome.word(), counts.of(outcome));
      }
      json.writeEndObject();
      time(json, "createdAt", timeline.createdAt());
      time(json, "startedAt", timeline.startedAt());
      time(json, "endedAt", timeline.endedAt());
      json.writeEndObject();
      json.writeEndObject();
    }
    return bytes.toByteArray();
  }

  private static void time(JsonGenerator json, String name, @Nullable Instant at) {
    if (at != null) {
      json.writeStringProperty(name, at.toString());
    }
  }
}
