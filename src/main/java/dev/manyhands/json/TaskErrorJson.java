package dev.manyhands.json;

import dev.manyhands.job.TaskError;
import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;

/// The JSON form of a [TaskError]: one flat object, in which what is absent is left out.
public final class TaskErrorJson {
  private TaskErrorJson() {}

  /// UTF-8, one line without its end.
  public static byte[] write(TaskError error) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = StoredJson.MAPPER.createGenerator(bytes)) {
      write(json, error);
    }
    return bytes.toByteArray();
  }

  /// The object, where a value is expected.
  public static void write(JsonGenerator json, TaskError error) {
    json.writeStartObject();
    text(json, "kind", error.kind());
    text(json, "type", error.type());
    text(json, "message", error.message());
    text(json, "traceback", error.traceback());
    TaskError.Exit exit = error.exit();
    if (exit != null) {
      if (exit.code() != null) {
        json.writeNumberProperty("exitCode", exit.code());
      }
      text(json, "signal", exit.signal());
      if (exit.peakMemoryBytes() != null) {
        json.writeNumberProperty("peakMemoryBytes", exit.peakMemoryBytes());
      }
      text(json, "stderr", exit.stderr());
    }
    TaskError.Response response = error.response();
    if (response != null) {
      json.writeNumberProperty("httpStatus", response.status());
      text(json, "responseBody", response.body());
    }
    json.writeEndObject();
  }

  static TaskError read(JsonNode error) {
    return new TaskError(
        error.required("kind").asString(),
        text(error, "type"),
        error.required("message").asString(),
        text(error, "traceback"),
        error.has("stderr") ? exit(error) : null,
        error.has("httpStatus") ? response(error) : null);
  }

  private static TaskError.Response response(JsonNode error) {
    return new TaskError.Response(
        error.required("httpStatus").asInt(), error.required("responseBody").asString());
  }

  private static TaskError.Exit exit(JsonNode error) {
    JsonNode code = error.get("exitCode");
    JsonNode peak = error.get("peakMemoryBytes");
    return new TaskError.Exit(
        code == null ? null : code.asInt(),
        text(error, "signal"),
        peak == null ? null : peak.asLong(),
        error.required("stderr").asString());
  }

  private static void text(JsonGenerator json, String name, @Nullable String value) {
    if (value != null) {
      json.writeStringProperty(name, StoredJson.wellFormed(value));
    }
  }

  private static @Nullable String text(JsonNode object, String name) {
    JsonNode value = object.get(name);
    return value == null ? null : value.asString();
  }
}
