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
    Map<String, String> headers = new HashMap<>();
    response
        .headers()
        .map()
        .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.getFirst()));
    return new Answer(response.statusCode(), headers, response.body());
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
