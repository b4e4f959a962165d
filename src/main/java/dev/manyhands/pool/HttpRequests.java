package dev.manyhands.pool;

import dev.manyhands.job.Function;
import dev.manyhands.job.Headers;
import dev.manyhands.job.HttpBody;
import dev.manyhands.job.Template;
import dev.manyhands.job.Urls;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;

/// Makes the parts of requests from the templates of an HTTP function and one input.
final class HttpRequests {
  private static final String CONTENT_TYPE = "Content-Type";
  private static final String JSON = "application/json";

  private final Function.Http function;
  private final Template url;
  private final Map<String, Template> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

  HttpRequests(Function.Http function) {
    this.function = function;
    this.url = new Template(function.url());
    function.headers().forEach((name, value) -> headers.put(name, new Template(value)));
  }

  /// @throws IllegalArgumentException if it is no URL that a request may go to
  URI url(HttpInput input) {
    return Urls.parse(url.fill(input::text, input::encoded));
  }

  /// @throws IllegalArgumentException if one has a line break or is no header for another reason
  Map<String, String> headers(HttpInput input) {
    Map<String, String> filled = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    headers.forEach((name, value) -> {
      String text = value.fill(input::text);
      Headers.require(name, text);
      filled.put(name, text);
    });
    if (function.body() != null) {
      filled.putIfAbsent(CONTENT_TYPE, JSON);
    }
    return filled;
  }

  /// @return empty if there is none
  byte[] body(HttpInput input, String contentType) {
    HttpBody body = function.body();
    if (body == null) {
      return new byte[0];
    }
    return body.isJson() ? json(body, input) : text(body, input, contentType);
  }

  /// How the input is written follows from what the body is: a form, a text, or else JSON.
  private static byte[] text(HttpBody body, HttpInput input, String contentType) {
    String type = contentType.toLowerCase(Locale.ROOT);
    Template template = new Template(body.text());
    String filled =
        type.startsWith("application/x-www-form-urlencoded")
            ? template.fill(input::encoded)
            : type.startsWith("text/") ? template.fill(input::text) : template.fill(input::json);
    return filled.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] json(HttpBody body, HttpInput input) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = TaskJson.TREES.createGenerator(bytes)) {
      write(json, TaskJson.TREES.readTree(body.text()), input);
    }
    return bytes.toByteArray();
  }

  /// A string that is one place becomes the value itself; in another string the value's text
  /// stands.
  private static void write(JsonGenerator json, JsonNode node, HttpInput input) {
    if (node.isObject()) {
      json.writeStartObject();
      node.forEachEntry((name, member) -> {
        json.writeName(name);
        write(json, member, input);
      });
      json.writeEndObject();
    } else if (node.isArray()) {
      json.writeStartArray();
      node.forEach(member -> write(json, member, input));
      json.writeEndArray();
    } else if (node.isString()) {
      Template template = new Template(node.stringValue());
      if (template.isPlace()) {
        json.writeRawValue(template.fill(input::json));
      } else {
        json.writeString(template.fill(input::text));
      }
    } else {
      json.writeRawValue(node.toString());
    }
  }
}
