package dev.manyhands.job;

import java.time.Duration;

/// A client's own name for one submission: whoever sends it again under the same name gets the same
/// job, not a second one.
///
/// @param caller whose name it is: two callers may use the same one
/// @param text 1 to 255 characters of printable ASCII
public record IdempotencyKey(String caller, String text) {
  public static final int MAX_CHARS = 255;

  /// How long it stands for what it was first sent with.
  public static final Duration KEPT = Duration.ofDays(1);

  public IdempotencyKey {
    if (text.isEmpty() || text.length() > MAX_CHARS) {
      throw new IllegalArgumentException(
          "expected 1 to " + MAX_CHARS + " characters, got " + text.length());
    }
    if (!text.chars().allMatch(c -> c >= ' ' && c <= '~')) {
      throw new IllegalArgumentException("expected printable ASCII, got: " + Shown.of(text));
    }
  }
}
