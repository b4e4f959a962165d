package dev.manyhands.json;

import dev.manyhands.job.LargeValue;
import java.util.List;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;

/// The large values of a result block as the store keeps them, and as lists show them.
public final class LargeValuesJson {
  private LargeValuesJson() {}

  public static byte[] write(List<LargeValue> values) {
    return StoredJson.write(
        values,
        (json, value) -> {
          json.writeStartObject();
          json.writeNumberProperty("index", value.index());
          writeFields(json, value);
          json.writeEndObject();
        });
  }

  /// @throws IllegalArgumentException if these are not the bytes of [#write(List)]
  public static List<LargeValue> read(byte[] bytes) {
    return StoredJson.read(bytes, LargeValuesJson::read);
  }

  /// `"bytes":…,"type":…,"sha256":…`, into an object that is open.
  public static void writeFields(JsonGenerator json, LargeValue value) {
    json.writeNumberProperty("bytes", value.bytes());
    json.writeStringProperty("type", value.type());
    json.writeStringProperty("sha256", value.sha256());
  }

  private static LargeValue read(JsonNode value) {
    return new LargeValue(
        value.required("index").asInt(),
        value.required("bytes").asLong(),
        value.required("type").asString(),
        value.required("sha256").asString());
  }
}
