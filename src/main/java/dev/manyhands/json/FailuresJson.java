package dev.manyhands.json;

import dev.manyhands.job.Failure;
import dev.manyhands.job.Outcome;
import java.util.List;
import java.util.Locale;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;

/// The failures of a result block as the store keeps them: `[{"index":3,"status":"failed",
/// "error":{…}}]`.
public final class FailuresJson {
  private FailuresJson() {}

  public static byte[] write(List<Failure> failures) {
    return StoredJson.write(failures, FailuresJson::write);
  }

  /// @throws IllegalArgumentException if these are not the bytes of [#write(List)]
  public static List<Failure> read(byte[] bytes) {
    return StoredJson.read(bytes, FailuresJson::read);
  }

  private static void write(JsonGenerator json, Failure failure) {
    json.writeStartObject();
    json.writeNumberProperty("index", failure.index());
    json.writeStringProperty("status", failure.outcome().word());
    json.writeName("error");
    TaskErrorJson.write(json, failure.error());
    json.writeEndObject();
  }

  private static Failure read(JsonNode failure) {
    return new Failure(
        failure.required("index").asInt(),
        Outcome.valueOf(failure.required("status").asString().toUpperCase(Locale.ROOT)),
        TaskErrorJson.read(failure.required("error")));
  }
}
