package dev.manyhands.json;

import dev.manyhands.job.Function;
import dev.manyhands.job.HttpBody;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;

/// The JSON form of an HTTP function.
final class HttpJson {
  private static final List<String> FAILING = List.of("3xx", "4xx", "5xx");
  private static final Set<Integer> ERRORS = Set.of(4, 5);

  private HttpJson() {}

  static @Nullable Function read(Fields fields, Mistakes mistakes) {
    String method = fields.text("method");
    String url = fields.text("url");
    if (!fields.has("url")) {
      fields.missing("url", "a string");
    }
    Map<String, String> headers = new TreeMap<>(fields.textsByName("headers"));
    HttpBody body = mistakes.orNote(() -> body(fields.any("body")));
    Set<Integer> failOn = failOn(fields.words("failOn", FAILING));
    if (url == null) {
      return null;
    }
    String known = Objects.requireNonNullElse(method, body == null ? "GET" : "POST");
    return mistakes.orNote(() -> new Function.Http(known, url, headers, body, failOn));
  }

  private static @Nullable HttpBody body(@Nullable JsonNode given) {
    return given == null
        ? null
        : given.isString()
            ? new HttpBody(given.stringValue(), false)
            : new HttpBody(given.toString(), true);
  }

  private static Set<Integer> failOn(@Nullable List<String> words) {
    if (words == null) {
      return ERRORS;
    }
    Set<Integer> digits = new TreeSet<>();
    words.forEach(word -> digits.add(word.charAt(0) - '0'));
    return digits;
  }

  static void write(JsonGenerator json, Function.Http http) {
    json.writeStringProperty("method", http.method());
    json.writeStringProperty("url", http.url());
    json.writeObjectPropertyStart("headers");
    http.headers().forEach(json::writeStringProperty);
    json.writeEndObject();
    HttpBody body = http.body();
    if (body != null && body.isJson()) {
      json.writeName("body");
      json.writeRawValue(body.text());
    } else if (body != null) {
      json.writeStringProperty("body", body.text());
    }
    json.writeArrayPropertyStart("failOn");
    http.failOn().forEach(digit -> json.writeString(digit + "xx"));
    json.writeEndArray();
  }
}
