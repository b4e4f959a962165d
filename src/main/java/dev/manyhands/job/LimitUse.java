package dev.manyhands.job;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A named limit that each task of a job holds while it runs, as tasks of other jobs do.
///
/// A broken rule is reported with a pointer from this record's own object.
///
/// @param name the limit's
/// @param permits how many tasks may hold the limit at once, 1 to 100,000; none: as many as it is
///   set to
/// @param key a JSON pointer into the task's input, whose value there is part of the limit's name:
///   one limit for each host, say; none: one limit for all
public record LimitUse(String name, @Nullable Integer permits, @Nullable String key) {
  private static final Pattern POINTER = Pattern.compile("(/([^~/]|~[01])*)*");
  private static final int MAX_KEY_CHARS = 200;

  public LimitUse {
    Rules.word("/name", name);
    if (permits != null) {
      Rules.between("/permits", 1, 100_000, permits);
    }
    if (key != null && (key.length() > MAX_KEY_CHARS || !POINTER.matcher(key).matches())) {
      throw new Invalid(
          "/key",
          "expected a JSON pointer of at most "
              + MAX_KEY_CHARS
              + " characters such as \"/host\", got: "
              + Shown.of(key));
    }
  }
}
