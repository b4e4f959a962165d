package dev.manyhands.json;

import dev.manyhands.job.JobId;
import dev.manyhands.job.Shown;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A value at its place in a document, read as the type that is expected there. One of another type
/// is noted as a mistake and read as absent.
///
/// @param at its pointer
record Member(String at, JsonNode value, Mistakes mistakes) {

  @Nullable String text() {
    if (!value.isString()) {
      expected("a string");
      return null;
    }
    String text = value.stringValue();
    if (text.codePoints()
        .anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)) {
      mistakes.add(at, "expected text, got half of a surrogate pair, which no UTF-8 can hold");
      return null;
    }
    return text;
  }

  @Nullable Integer integer() {
    if (!value.isIntegralNumber() || !value.canConvertToInt()) {
      expected("a whole number");
      return null;
    }
    return value.intValue();
  }

  @Nullable Boolean flag() {
    if (!value.isBoolean()) {
      expected("true or false");
      return null;
    }
    return value.booleanValue();
  }

  @Nullable Duration duration() {
    if (value.isString()) {
      try {
        return Duration.parse(value.stringValue());
      } catch (DateTimeParseException notIso) {
        // Falls through: the answer is the same as for a number.
      }
    }
    expected("an ISO 8601 duration such as \"PT30S\"");
    return null;
  }

  @Nullable Instant time() {
    if (value.isString()) {
      try {
        return OffsetDateTime.parse(value.stringValue()).toInstant();
      } catch (DateTimeParseException notRfc3339) {
        // Falls through: the answer is the same as for a number.
      }
    }
    expected("an RFC 3339 time such as \"2030-01-31T12:00:00Z\"");
    return null;
  }

  @Nullable JobId jobId() {
    String text = text();
    if (text == null) {
      return null;
    }
    try {
      return new JobId(text);
    } catch (IllegalArgumentException otherForm) {
      mistakes.add(at, String.valueOf(otherForm.getMessage()));
      return null;
    }
  }

  /// One of a closed set of words.
  @Nullable String word(Collection<String> words) {
    if (!value.isString() || !words.contains(value.stringValue())) {
      expected("one of " + String.join(", ", words));
      return null;
    }
    return value.stringValue();
  }

  @Nullable Fields object() {
    if (!value.isObject()) {
      expected("an object");
      return null;
    }
    return new Fields(value, at, mistakes);
  }

  /// What `read` makes of all elements of an array; none if it made nothing of one of them.
  ///
  /// @param expected what should be here, if this is no array
  <T> @Nullable List<T> array(String expected, Function<Member, @Nullable T> read) {
    if (!value.isArray()) {
      expected(expected);
      return null;
    }
    List<T> list = new ArrayList<>(value.size());
    for (int i = 0; i < value.size(); i++) {
      T made = read.apply(element(i));
      if (made != null) {
        list.add(made);
      }
    }
    return list.size() == value.size() ? list : null;
  }

  /// Of an array.
  Member element(int index) {
    return new Member(at + "/" + index, Objects.requireNonNull(value.get(index)), mistakes);
  }

  /// Of an object that has it.
  Member member(String name) {
    JsonNode there = Objects.requireNonNull(value.get(name));
    return new Member(Mistakes.pointer(at, name), there, mistakes);
  }

  /// Notes that something else should be here.
  void expected(String expected) {
    mistakes.add(at, "expected " + expected + ", got " + shown());
  }

  private String shown() {
    return switch (value.getNodeType()) {
      case OBJECT -> "an object";
      case ARRAY -> "an array";
      case STRING -> "the string " + Shown.of(value.stringValue());
      case NUMBER, BOOLEAN, NULL -> Shown.of(value.toString());
      case BINARY, MISSING, POJO -> throw new IllegalStateException("not from JSON: " + value);
    };
  }
}
