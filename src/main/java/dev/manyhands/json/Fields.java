package dev.manyhands.json;

import dev.manyhands.job.Shown;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The fields of one JSON object, taken out one by one and by type. A field of another type is
/// noted as a mistake and read as absent, so that one pass finds all; what nobody asked for is
/// noted by [#end].
final class Fields {
  private final JsonNode object;
  private final String at;
  private final Mistakes mistakes;
  private final Set<String> known = new LinkedHashSet<>();

  /// @param at the object's own pointer
  Fields(JsonNode object, String at, Mistakes mistakes) {
    this.object = object;
    this.at = at;
    this.mistakes = mistakes;
  }

  @Nullable String text(String name) {
    JsonNode value = take(name);
    return value == null ? null : text(pointer(name), value);
  }

  @Nullable Integer integer(String name) {
    JsonNode value = take(name);
    if (value == null) {
      return null;
    }
    if (!value.isIntegralNumber() || !value.canConvertToInt()) {
      expected(pointer(name), "a whole number", value);
      return null;
    }
    return value.intValue();
  }

  @Nullable Boolean flag(String name) {
    JsonNode value = take(name);
    if (value == null) {
      return null;
    }
    if (!value.isBoolean()) {
      expected(pointer(name), "true or false", value);
      return null;
    }
    return value.booleanValue();
  }

  @Nullable Duration duration(String name) {
    JsonNode value = take(name);
    if (value == null) {
      return null;
    }
    if (value.isString()) {
      try {
        return Duration.parse(value.stringValue());
      } catch (DateTimeParseException notIso) {
        // Falls through: the answer is the same as for a number.
      }
    }
    expected(pointer(name), "an ISO 8601 duration such as \"PT30S\"", value);
    return null;
  }

  /// One of a closed set of words.
  @Nullable String word(String name, Collection<String> words) {
    JsonNode value = take(name);
    if (value == null) {
      return null;
    }
    if (!value.isString() || !words.contains(value.stringValue())) {
      expected(pointer(name), "one of " + String.join(", ", words), value);
      return null;
    }
    return value.stringValue();
  }

  @Nullable List<String> texts(String name) {
    JsonNode value = take(name);
    if (value == null) {
      return null;
    }
    if (!value.isArray()) {
      expected(pointer(name), "an array of strings", value);
      return null;
    }
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < value.size(); i++) {
      String text = text(pointer(name) + "/" + i, value.get(i));
      if (text != null) {
        texts.add(text);
      }
    }
    return texts.size() == value.size() ? texts : null;
  }

  Map<String, String> textsByName(String name) {
    JsonNode value = take(name);
    Map<String, String> texts = new TreeMap<>();
    if (value != null && !value.isObject()) {
      expected(pointer(name), "an object of strings", value);
    } else if (value != null) {
      value.forEachEntry((key, member) -> {
        String text = text(Mistakes.pointer(pointer(name), key), member);
        if (text != null) {
          texts.put(key, text);
        }
      });
    }
    return texts;
  }

  @Nullable Fields object(String name) {
    JsonNode value = take(name);
    if (value == null) {
      return null;
    }
    if (!value.isObject()) {
      expected(pointer(name), "an object", value);
      return null;
    }
    return new Fields(value, pointer(name), mistakes);
  }

  boolean has(String name) {
    return object.has(name);
  }

  /// Notes a field that has to be there and is not.
  void missing(String name, String expected) {
    mistakes.add(pointer(name), "expected " + expected + ", got nothing");
  }

  /// Notes every field that was not asked for.
  ///
  /// @param elsewhere names that are read by others, worth guessing
  void end(String... elsewhere) {
    Set<String> guesses = new HashSet<>(known);
    guesses.addAll(List.of(elsewhere));
    object.forEachEntry((name, value) -> {
      if (!known.contains(name)) {
        String guess =
            Nearest.to(name, guesses).map(near -> "; did you mean " + near + "?").orElse("");
        mistakes.add(pointer(name), "unknown field " + Shown.of(name) + guess);
      }
    });
  }

  private @Nullable JsonNode take(String name) {
    known.add(name);
    return object.get(name);
  }

  private String pointer(String name) {
    return Mistakes.pointer(at, name);
  }

  private @Nullable String text(String pointer, JsonNode value) {
    if (!value.isString()) {
      expected(pointer, "a string", value);
      return null;
    }
    String text = value.stringValue();
    if (text.codePoints()
        .anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)) {
      mistakes.add(pointer, "expected text, got half of a surrogate pair, which no UTF-8 can hold");
      return null;
    }
    return text;
  }

  private void expected(String pointer, String expected, JsonNode came) {
    mistakes.add(pointer, "expected " + expected + ", got " + shown(came));
  }

  private static String shown(JsonNode value) {
    return switch (value.getNodeType()) {
      case OBJECT -> "an object";
      case ARRAY -> "an array";
      case STRING -> "the string " + Shown.of(value.stringValue());
      case NUMBER, BOOLEAN, NULL -> Shown.of(value.toString());
      case BINARY, MISSING, POJO -> throw new IllegalStateException("not from JSON: " + value);
    };
  }
}
