package dev.manyhands.json;

import dev.manyhands.job.JobId;
import dev.manyhands.job.Shown;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
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

  /// Whatever stands there; JSON's null too is something.
  @Nullable JsonNode any(String name) {
    return take(name);
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

  @Nullable Instant time(String name) {
    JsonNode value = take(name);
    if (value == null) {
      return null;
    }
    if (value.isString()) {
      try {
        return OffsetDateTime.parse(value.stringValue()).toInstant();
      } catch (DateTimeParseException notRfc3339) {
        // Falls through: the answer is the same as for a number.
      }
    }
    expected(pointer(name), "an RFC 3339 time such as \"2030-01-31T12:00:00Z\"", value);
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

  /// An array of some of a closed set of words.
  @Nullable List<String> words(String name, Collection<String> words) {
    List<String> texts = texts(name);
    if (texts == null) {
      return null;
    }
    for (int i = 0; i < texts.size(); i++) {
      if (!words.contains(texts.get(i))) {
        mistakes.add(
            pointer(name) + "/" + i,
            "expected one of "
                + String.join(", ", words)
                + ", got the string "
                + Shown.of(texts.get(i)));
        return null;
      }
    }
    return texts;
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

  /// What `read` makes of each member of an array of objects, without those that it made nothing
  /// of; a pointer of [Invalid] that it throws starts at the member.
  <T> List<T> objects(String name, Function<Fields, @Nullable T> read) {
    JsonNode value = take(name);
    List<T> list = new ArrayList<>();
    if (value != null && !value.isArray()) {
      expected(pointer(name), "an array of objects", value);
    } else if (value != null) {
      for (int i = 0; i < value.size(); i++) {
        String at = pointer(name) + "/" + i;
        if (value.get(i).isObject()) {
          Fields member = new Fields(value.get(i), at, mistakes);
          T made = mistakes.orNote(at, () -> read.apply(member));
          if (made != null) {
            list.add(made);
          }
        } else {
          expected(at, "an object", value.get(i));
        }
      }
    }
    return list;
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

  @Nullable List<Integer> integers(String name) {
    JsonNode value = take(name);
    if (value == null) {
      return null;
    }
    if (!value.isArray()) {
      expected(pointer(name), "an array of whole numbers", value);
      return null;
    }
    List<Integer> integers = new ArrayList<>(value.size());
    for (int i = 0; i < value.size(); i++) {
      JsonNode member = value.get(i);
      if (member.isIntegralNumber() && member.canConvertToInt()) {
        integers.add(member.intValue());
      } else {
        expected(pointer(name) + "/" + i, "a whole number", member);
      }
    }
    return integers.size() == value.size() ? integers : null;
  }

  /// An array of job ids.
  @Nullable List<JobId> jobIds(String name) {
    List<String> texts = texts(name);
    if (texts == null) {
      return null;
    }
    List<JobId> ids = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      JobId id = jobId(pointer(name) + "/" + i, texts.get(i));
      if (id != null) {
        ids.add(id);
      }
    }
    return ids.size() == texts.size() ? ids : null;
  }

  @Nullable JobId jobId(String name) {
    String text = text(name);
    return text == null ? null : jobId(pointer(name), text);
  }

  private @Nullable JobId jobId(String pointer, String text) {
    try {
      return new JobId(text);
    } catch (IllegalArgumentException otherForm) {
      mistakes.add(pointer, String.valueOf(otherForm.getMessage()));
      return null;
    }
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
            Nearest.to(name, guesses)
                .filter(near -> !near.equals(name))
                .map(near -> "; did you mean " + near + "?")
                .orElse("");
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
