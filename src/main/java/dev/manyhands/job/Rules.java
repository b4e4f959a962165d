package dev.manyhands.job;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.regex.Pattern;

/// The checks that several records share. Each throws [Invalid] with the given pointer.
final class Rules {
  private static final Pattern WORD = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");
  // Python's identifiers are wider; what is no identifier at all never reaches a worker.
  private static final Pattern PYTHON_NAME = Pattern.compile("[\\p{L}_][\\p{L}\\p{N}_]{0,199}");

  private static final Instant YEAR_10000 = Instant.parse("+10000-01-01T00:00:00Z");

  private Rules() {}

  static void word(String pointer, String text) {
    if (!WORD.matcher(text).matches()) {
      throw new Invalid(
          pointer, "expected 1 to 100 letters, digits, '.', '_' or '-', got: " + Shown.of(text));
    }
  }

  static void pythonName(String pointer, String text) {
    if (!PYTHON_NAME.matcher(text).matches()) {
      throw new Invalid(pointer, "expected the name of a Python function, got: " + Shown.of(text));
    }
  }

  static void pythonModule(String pointer, String text) {
    boolean isModule = text.length() <= 200;
    for (String part : text.split("\\.", -1)) {
      isModule &= PYTHON_NAME.matcher(part).matches();
    }
    if (!isModule) {
      throw new Invalid(
          pointer,
          "expected the name of a Python module, such as tools.text, got: " + Shown.of(text));
    }
  }

  static void text(String pointer, String text, int maxChars) {
    if (text.isBlank() || text.length() > maxChars) {
      throw new Invalid(pointer, "expected 1 to " + maxChars + " characters, got " + text.length());
    }
  }

  static void argument(String pointer, String text, int maxChars) {
    if (text.length() > maxChars || text.indexOf('\0') >= 0) {
      throw new Invalid(
          pointer,
          "expected at most " + maxChars + " characters and no NUL, got: " + Shown.of(text));
    }
  }

  static void between(String pointer, long min, long max, long came) {
    if (came < min || came > max) {
      throw new Invalid(
          pointer, "expected a whole number from " + min + " to " + max + ", got: " + came);
    }
  }

  static void size(String pointer, String what, int min, int max, int came) {
    if (came < min || came > max) {
      throw new Invalid(
          pointer,
          "expected "
              + (min == 0 ? "at most " : min + " to ")
              + max
              + " "
              + what
              + ", got "
              + came);
    }
  }

  /// A time that can be stored and written: from 1970 to 9999.
  ///
  /// @return in whole microseconds
  static Instant time(String pointer, Instant came) {
    if (came.isBefore(Instant.EPOCH) || !came.isBefore(YEAR_10000)) {
      throw new Invalid(pointer, "expected a time of the years 1970 to 9999, got: " + came);
    }
    return came.truncatedTo(ChronoUnit.MICROS);
  }

  static void duration(String pointer, Duration min, Duration max, Duration came) {
    if (came.compareTo(min) < 0 || came.compareTo(max) > 0) {
      throw new Invalid(
          pointer, "expected a duration from " + min + " to " + max + ", got: " + came);
    }
  }
}
