package dev.manyhands.job;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How many tasks may start in a time, evenly spread over it: `100/s`, `10/m` or `5/h`.
///
/// @param tasks 1 to 1,000,000
/// @param unit `s`, `m` or `h`
public record Rate(int tasks, char unit) {
  private static final Pattern TEXT = Pattern.compile("([1-9][0-9]{0,6})/([smh])");
  private static final int MAX_TASKS = 1_000_000;

  public Rate {
    Rules.between("/rate", 1, MAX_TASKS, tasks);
    unitOf(unit);
  }

  /// @throws Invalid if it is not of the form n/s, n/m or n/h
  public static Rate of(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches() || Integer.parseInt(matcher.group(1)) > MAX_TASKS) {
      throw new Invalid(
          "/rate",
          "expected 1 to 1000000 tasks a second, minute or hour such as \"100/s\", \"10/m\" or"
              + " \"5/h\", got: "
              + Shown.of(text));
    }
    return new Rate(Integer.parseInt(matcher.group(1)), matcher.group(2).charAt(0));
  }

  /// The time in which so many tasks may start.
  public Duration per() {
    return unitOf(unit);
  }

  private static Duration unitOf(char unit) {
    return switch (unit) {
      case 's' -> Duration.ofSeconds(1);
      case 'm' -> Duration.ofMinutes(1);
      case 'h' -> Duration.ofHours(1);
      default -> throw new Invalid("/rate", "expected s, m or h, got: " + Shown.of("" + unit));
    };
  }

  /// Such as `100/s`.
  public String text() {
    return tasks + "/" + unit;
  }
}
