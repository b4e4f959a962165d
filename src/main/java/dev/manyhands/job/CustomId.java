package dev.manyhands.job;

import static java.nio.charset.StandardCharsets.UTF_8;

/// The name that a client gave one of its tasks.
///
/// @param text 1 to 200 characters, none of them a control character or half of a surrogate pair
public record CustomId(String text) {
  public static final int MAX_CHARS = 200;

  /// The most that one job may have: each is compared with all others when it comes.
  public static final int MAX_IN_JOB = 1_000_000;

  public CustomId {
    if (text.isEmpty() || text.length() > MAX_CHARS || text.chars().anyMatch(CustomId::isControl)) {
      throw new Invalid(
          "/customId",
          "expected 1 to "
              + MAX_CHARS
              + " characters without control characters, got: "
              + Shown.of(text));
    }
    if (text.codePoints().anyMatch(CustomId::isSurrogate)) {
      throw new Invalid(
          "/customId", "expected text, got half of a surrogate pair, which no UTF-8 can hold");
    }
  }

  private static boolean isControl(int c) {
    return Character.getType(c) == Character.CONTROL;
  }

  private static boolean isSurrogate(int c) {
    return c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
  }

  /// The one form that it has as JSON wherever the service writes it, quotes included.
  public byte[] json() {
    StringBuilder json = new StringBuilder(text.length() + 2).append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        json.append('\\');
      }
      json.append(c);
    }
    return json.append('"').toString().getBytes(UTF_8);
  }
}
