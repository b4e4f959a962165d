package dev.manyhands.web;

import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.json.JsonMapper;

/// Small answers in JSON, written field by field.
final class Json {
  static final String TYPE = "application/json";

  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private Json() {}

  /// The bytes of one object.
  static byte[] object(Consumer<JsonGenerator> fields) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
    try (JsonGenerator json = MAPPER.createGenerator(bytes)) {
      json.writeStartObject();
      fields.accept(json);
      json.writeEndObject();
    }
    return bytes.toByteArray();
  }

  /// Writes UTF-8; to be closed.
  static JsonGenerator generator(OutputStream to) {
    return MAPPER.createGenerator(to);
  }

  /// A value that Jackson knows how to write: maps, lists, texts, numbers.
  static void plain(JsonGenerator json, String name, Object value) {
    json.writeName(name);
    MAPPER.writeValue(json, value);
  }

  static void send(HttpServletResponse response, int status, byte[] body) throws IOException {
    response.setStatus(status);
    response.setContentType(TYPE);
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
  }
}
