package dev.manyhands.json;

import dev.manyhands.job.TaskOutput;
import java.util.List;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;

/// What the tasks of a result block printed, as the store keeps it: `[{"index":3,"stdout":"…",
/// "stderr":"…","truncated":false}]`.
public final class OutputsJson {
  private OutputsJson() {}

  public static byte[] write(List<TaskOutput> outputs) {
    return StoredJson.write(outputs, OutputsJson::write);
  }

  /// @throws IllegalArgumentException if these are not the bytes of [#write(List)]
  public static List<TaskOutput> read(byte[] bytes) {
    return StoredJson.read(bytes, OutputsJson::read);
  }

  /// The object, where a value is expected.
  public static void write(JsonGenerator json, TaskOutput output) {
    json.writeStartObject();
    json.writeNumberProperty("index", output.index());
    json.writeStringProperty("stdout", StoredJson.wellFormed(output.stdout()));
    json.writeStringProperty("stderr", StoredJson.wellFormed(output.stderr()));
    json.writeBooleanProperty("truncated", output.truncated());
    json.writeEndObject();
  }

  private static TaskOutput read(JsonNode output) {
    return new TaskOutput(
        output.required("index").asInt(),
        output.required("stdout").asString(),
        output.required("stderr").asString(),
        output.required("truncated").asBoolean());
  }
}
