package dev.manyhands.web;

import dev.manyhands.job.Invalid;
import dev.manyhands.job.Job;
import dev.manyhands.job.JobId;
import dev.manyhands.job.Limit;
import dev.manyhands.job.Outcome;
import dev.manyhands.job.Shown;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Reads what stands in paths and queries; what is not of the expected form is refused by name.
final class Parameters {
  private Parameters() {}

  /// The id of a path. One that no job can have is one of no job.
  static JobId jobId(String text) {
    try {
      return new JobId(text);
    } catch (IllegalArgumentException e) {
      throw Refusals.notFound("job", "there is no job " + Shown.of(text));
    }
  }

  /// The name of a limit that is to be made.
  static void limitName(String text) {
    try {
      Limit.checkName(text);
    } catch (Invalid broken) {
      throw Refusals.parameter("name", broken.detail());
    }
  }

  /// The index of a path, which is that of a task of the job.
  static int taskIndex(Job job, String text) {
    int total = job.counts().total();
    try {
      int index = Integer.parseInt(text);
      if (index >= 0 && index < total) {
        return index;
      }
    } catch (NumberFormatException e) {
      // Falls through: no task has such an index.
    }
    throw Refusals.notFound(
        "task",
        "expected an index from 0 to " + (total - 1) + ", there is no task " + Shown.of(text));
  }

  static Optional<Integer> integer(String name, @Nullable String text, int min, int max) {
    if (text == null) {
      return Optional.empty();
    }
    try {
      int value = Integer.parseInt(text);
      if (value >= min && value <= max) {
        return Optional.of(value);
      }
    } catch (NumberFormatException e) {
      // Falls through: the same answer as for a number out of range.
    }
    throw Refusals.parameter(
        name, "expected a whole number from " + min + " to " + max + ", got: " + Shown.of(text));
  }

  /// A parameter that may come once.
  static @Nullable String single(String name, String @Nullable [] values) {
    if (values != null && values.length > 1) {
      throw Refusals.parameter(name, "expected it once, got it " + values.length + " times");
    }
    return values == null ? null : values[0];
  }

  /// A time, which may come once.
  static @Nullable Instant time(String name, String @Nullable [] values) {
    String text = single(name, values);
    if (text == null) {
      return null;
    }
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeParseException notRfc3339) {
      throw Refusals.parameter(
          name,
          "expected an RFC 3339 time such as 2030-01-31T12:00:00Z (a + written as %2B), got: "
              + Shown.of(text));
    }
  }

  /// One of a few words; the first stands for none.
  static String word(String name, @Nullable String text, List<String> words) {
    if (text == null) {
      return words.getFirst();
    }
    if (!words.contains(text)) {
      throw Refusals.parameter(
          name, "expected one of " + String.join(", ", words) + ", got: " + Shown.of(text));
    }
    return text;
  }

  /// A list of outcomes with commas between; none stands for all.
  static Set<Outcome> outcomes(@Nullable String text) {
    Set<Outcome> wanted = EnumSet.noneOf(Outcome.class);
    if (text != null) {
      for (String word : text.split(",", -1)) {
        wanted.add(outcome(word.strip()));
      }
    }
    return wanted.isEmpty() ? EnumSet.allOf(Outcome.class) : wanted;
  }

  private static Outcome outcome(String word) {
    for (Outcome outcome : Outcome.values()) {
      if (outcome.word().equals(word)) {
        return outcome;
      }
    }
    String words =
        Arrays.stream(Outcome.values()).map(Outcome::word).collect(Collectors.joining(", "));
    throw Refusals.parameter("status", "expected some of " + words + ", got: " + Shown.of(word));
  }
}
