package dev.manyhands.pool;

import dev.manyhands.job.TaskError;
import dev.manyhands.outbound.OutboundAnswer;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/// An HTTP answer as a task's value: `{"status":200,"headers":{…},"body":…}`.
///
/// The body is the JSON that came, byte by byte, if it says that it is JSON and is; else a text; or
/// base64, with `"encoding": "base64"` beside it, if it is no text in the character set that it
/// names. Names of headers are in small letters; of several headers with one name the values are
/// joined by commas, those of `set-cookie`, which may hold commas, are an array.
final class HttpValue {
  private static final Pattern CHARSET = Pattern.compile("charset *= *\"?([A-Za-z0-9._:-]+)");
  private static final int MAX_EXCERPT_CHARS = 2_000;
  private static final String COOKIES = "set-cookie";

  private final OutboundAnswer answer;
  private final Map<String, List<String>> headers = new TreeMap<>();
  private final String type;

  HttpValue(OutboundAnswer answer) {
    this.answer = answer;
    answer
        .headers()
        .forEach(header ->
            headers
                .computeIfAbsent(header.name().toLowerCase(Locale.ROOT), _ -> new ArrayList<>())
                .add(header.value()));
    List<String> types = headers.getOrDefault("content-type", List.of(""));
    this.type = types.getFirst().toLowerCase(Locale.ROOT);
  }

  void write(LineBuffer to) {
    try (JsonGenerator json = TaskJson.TREES.createGenerator(to)) {
      json.writeStartObject();
      json.writeNumberProperty("status", answer.status());
      json.writeObjectPropertyStart("headers");
      headers.forEach((name, values) -> writeHeader(json, name, values));
      json.writeEndObject();
      writeBody(json);
      json.writeEndObject();
    }
  }

  private static void writeHeader(JsonGenerator json, String name, List<String> values) {
    if (name.equals(COOKIES)) {
      json.writeArrayPropertyStart(name);
      values.forEach(json::writeString);
      json.writeEndArray();
    } else {
      json.writeStringProperty(name, String.join(", ", values));
    }
  }

  private void writeBody(JsonGenerator json) {
    byte[] body = answer.body();
    if (body.length == 0) {
      json.writeNullProperty("body");
      return;
    }
    byte[] line = isJsonType() ? lineOfJson(body) : null;
    if (line != null) {
      json.writeName("body");
      json.writeRawValue(new String(line, 0, line.length - 1, StandardCharsets.UTF_8));
      return;
    }
    String text = text(body);
    if (text != null) {
      json.writeStringProperty("body", text);
    } else {
      json.writeStringProperty("encoding", "base64");
      json.writeName("body");
      json.writeBinary(body);
    }
  }

  private boolean isJsonType() {
    int end = type.indexOf(';');
    String media = (end < 0 ? type : type.substring(0, end)).strip();
    return media.equals("application/json") || media.endsWith("+json");
  }

  /// The body on one line with its end, or none if it is no JSON value. Line ends stand between
  /// tokens only, or it is no JSON.
  private static byte @Nullable [] lineOfJson(byte[] body) {
    byte[] line = Arrays.copyOf(body, body.length + 1);
    for (int i = 0; i < body.length; i++) {
      if (line[i] == '\n' || line[i] == '\r') {
        line[i] = ' ';
      }
    }
    line[body.length] = '\n';
    try {
      ValueLines.check(line, 0, line.length, 1);
      return line;
    } catch (Violation notJson) {
      return null;
    }
  }

  private @Nullable String text(byte[] body) {
    Matcher named = CHARSET.matcher(type);
    try {
      Charset charset = named.find() ? Charset.forName(named.group(1)) : StandardCharsets.UTF_8;
      return charset.newDecoder().decode(ByteBuffer.wrap(body)).toString();
    } catch (CharacterCodingException
        | IllegalCharsetNameException
        | UnsupportedCharsetException notText) {
      return null;
    }
  }

  /// The start of it, for an error.
  TaskError.Response excerpt() {
    byte[] body = answer.body();
    String text =
        new String(body, 0, Math.min(body.length, 4 * MAX_EXCERPT_CHARS), StandardCharsets.UTF_8);
    int end = Math.min(text.length(), MAX_EXCERPT_CHARS);
    if (end > 0 && Character.isHighSurrogate(text.charAt(end - 1))) {
      end--;
    }
    return new TaskError.Response(answer.status(), text.substring(0, end));
  }
}
