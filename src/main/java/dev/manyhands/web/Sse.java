package dev.manyhands.web;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;

/// Frames of server-sent events, and of JSON lines beside them. The data is JSON on one line.
final class Sse {
  static final String TYPE = "text/event-stream";

  private Sse() {}

  /// @param id none: the client keeps the last that it got
  static byte[] event(String name, @Nullable String id, byte[] data) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(data.length + 100);
    bytes.writeBytes(ascii("event: " + name + "\n"));
    if (id != null) {
      bytes.writeBytes(ascii("id: " + id + "\n"));
    }
    bytes.writeBytes(ascii("data: "));
    bytes.writeBytes(data);
    bytes.writeBytes(ascii("\n\n"));
    return bytes.toByteArray();
  }

  static byte[] line(byte[] json) {
    byte[] line = java.util.Arrays.copyOf(json, json.length + 1);
    line[json.length] = '\n';
    return line;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(US_ASCII);
  }
}
