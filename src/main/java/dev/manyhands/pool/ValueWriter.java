package dev.manyhands.pool;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;

/// Writes what functions return as one line of JSON: by hand for what is common or must keep its
/// bytes, else Jackson.
final class ValueWriter {
  private ValueWriter() {}

  /// Appends the value's JSON, without LF. After an exception an unfinished value may stand in the
  /// buffer.
  ///
  /// @param input what the function got: bytes that it gives back as they came are known to be JSON
  static void write(@Nullable Object value, Object input, LineBuffer to) throws UnwritableValue {
    switch (value) {
      case null -> to.writeNull();
      case Long number -> to.writeLong(number);
      case Integer number -> to.writeLong(number);
      case Boolean truth -> to.writeAscii(truth.toString());
      case RawJson json -> {
        // The same array, which is how arrays are equal.
        if (!json.equals(input)) {
          requireOneLineOfJson(json.bytes());
        }
        to.write(json.bytes(), 0, json.bytes().length);
      }
      case String text when isPlain(text) -> {
        to.write('"');
        to.writeAscii(text);
        to.write('"');
      }
      default -> writeByJackson(value, to);
    }
  }

  /// Whether the text needs neither escapes nor more than a byte a character.
  private static boolean isPlain(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' || c > '~' || c == '"' || c == '\\') {
        return false;
      }
    }
    return true;
  }

  private static void writeByJackson(Object value, LineBuffer to) throws UnwritableValue {
    int start = to.length();
    try (JsonGenerator json = new FiniteNumbers(TaskJson.MAPPER.createGenerator(to))) {
      TaskJson.MAPPER.writeValue(json, value);
    } catch (JacksonException e) {
      throw new UnwritableValue(
          "expected a value that JSON can hold, got a "
              + value.getClass().getName()
              + ": "
              + e.getOriginalMessage());
    }
    if (to.length() == start || to.hasLineFeedFrom(start)) {
      throw new UnwritableValue(
          "expected one line of JSON, got none or several from a " + value.getClass().getName());
    }
  }

  /// @throws UnwritableValue unless the bytes are one JSON value without a line feed
  static void requireOneLineOfJson(byte[] bytes) throws UnwritableValue {
    for (byte b : bytes) {
      if (b == '\n') {
        throw new UnwritableValue("expected one line of JSON, got a RawJson with a line feed");
      }
    }
    try (JsonParser parser = TaskJson.MAPPER.createParser(bytes)) {
      Objects.requireNonNull(parser.nextToken(), "no value");
      parser.skipChildren();
      if (parser.nextToken() == null) {
        return;
      }
    } catch (JacksonException | NullPointerException e) {
      throw new UnwritableValue("expected JSON, got a RawJson that is none: " + e.getMessage());
    }
    throw new UnwritableValue("expected one JSON value, got a RawJson with several");
  }
}
