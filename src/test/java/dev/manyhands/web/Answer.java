package dev.manyhands.web;

import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/// What a request was answered, however it was read.
///
/// @param headers by name in lower case, the first of each
record Answer(int status, Map<String, String> headers, String body) {
  static Answer of(HttpResponse<String> response) {
    return of(response, response.body());
  }

  /// @param body as far as it was read
  static Answer of(HttpResponse<?> response, String body) {
    Map<String, String> headers = new HashMap<>();
    response
        .headers()
        .map()
        .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.getFirst()));
    return new Answer(response.statusCode(), headers, body);
  }

  /// @param text head and body as they came
  static Answer raw(String text) {
    String[] parts = text.split("\r\n\r\n", 2);
    String[] lines = parts[0].split("\r\n", -1);
    Map<String, String> headers = new HashMap<>();
    for (int i = 1; i < lines.length; i++) {
      String[] header = lines[i].split(": ", 2);
      headers.put(header[0].toLowerCase(Locale.ROOT), header[1]);
    }
    String body = headers.containsKey("transfer-encoding") ? unchunked(parts[1]) : parts[1];
    return new Answer(Integer.parseInt(lines[0].split(" ", 3)[1]), headers, body);
  }

  /// Of ASCII, of which a character is a byte.
  private static String unchunked(String chunks) {
    StringBuilder body = new StringBuilder();
    int at = 0;
    for (int size = -1; size != 0; ) {
      int end = chunks.indexOf("\r\n", at);
      size = Integer.parseInt(chunks.substring(at, end), 16);
      body.append(chunks, end + 2, end + 2 + size);
      at = end + 2 + size + 2;
    }
    return body.toString();
  }

  /// @param body as far as it was read
  static Answer of(OpenReader reader, String body) {
    return new Answer(reader.status(), reader.headers(), body);
  }

  /// Empty if there is none.
  String header(String name) {
    return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
  }

  /// Of the body, without parameters.
  String type() {
    return header("Content-Type").replaceAll(";.*", "");
  }

  boolean isRefusal() {
    return status >= 400;
  }
}
