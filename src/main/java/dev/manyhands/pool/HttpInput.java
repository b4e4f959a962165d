package dev.manyhands.pool;

import dev.manyhands.job.TaskError;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;

/// The input of one HTTP task, as it fills the places of templates.
final class HttpInput {
  private static final String UNRESERVED = "-._~";
  private static final String HEX = "0123456789ABCDEF";

  private final byte[] json;
  private @Nullable JsonNode tree;

  HttpInput(byte[] line, int from, int to) {
    this.json = Arrays.copyOfRange(line, from, to);
  }

  /// The JSON text of a part; of the whole input, to the byte.
  ///
  /// @param pointer empty: the whole
  String json(String pointer) {
    return pointer.isEmpty() ? new String(json, StandardCharsets.UTF_8) : node(pointer).toString();
  }

  /// A string's characters, any other value's JSON text.
  String text(String pointer) {
    JsonNode node = node(pointer);
    return node.isString() ? node.stringValue() : json(pointer);
  }

  /// The same in UTF-8, in which every byte that is no letter, digit or one of `-._~` is escaped by
  /// percent (RFC 3986).
  String encoded(String pointer) {
    byte[] bytes = text(pointer).getBytes(StandardCharsets.UTF_8);
    StringBuilder encoded = new StringBuilder(bytes.length);
    for (byte b : bytes) {
      char c = (char) (b & 0xff);
      if (c >= 'a' && c <= 'z'
          || c >= 'A' && c <= 'Z'
          || c >= '0' && c <= '9'
          || UNRESERVED.indexOf(c) >= 0) {
        encoded.append(c);
      } else {
        encoded.append('%').append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 0xf));
      }
    }
    return encoded.toString();
  }

  private JsonNode node(String pointer) {
    JsonNode whole = tree;
    if (whole == null) {
      whole = TaskJson.TREES.readTree(json);
      tree = whole;
    }
    JsonNode part = pointer.isEmpty() ? whole : whole.at(JsonPointer.compile(pointer));
    if (part.isMissingNode()) {
      throw new MissingPart(pointer);
    }
    return part;
  }

  /// The input has no such part.
  static final class MissingPart extends RuntimeException {
    private static final long serialVersionUID = 1;

    MissingPart(String pointer) {
      super(
          "expected an input with something at " + pointer + ", got one without",
          null,
          false,
          false);
    }
  }

  /// The error of a task whose input makes no request.
  static TaskError error(RuntimeException wrong) {
    return TaskError.http("invalid_request", String.valueOf(wrong.getMessage()), null);
  }
}
