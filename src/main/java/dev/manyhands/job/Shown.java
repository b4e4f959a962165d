package dev.manyhands.job;

/// A client's own text as a message may repeat it: at most 80 characters, on one line, without
/// control characters.
public final class Shown {
  private static final int MAX_CHARS = 80;

  private Shown() {}

  /// The text, cut to 80 characters, in which every control or format character is a `?`.
  public static String of(String text) {
    String cut = text.length() <= MAX_CHARS ? text : text.substring(0, MAX_CHARS) + "…";
    StringBuilder shown = new StringBuilder(cut.length());
    for (int i = 0; i < cut.length(); i++) {
      char c = cut.charAt(i);
      int type = Character.getType(c);
      boolean hidden =
          type == Character.CONTROL
              || type == Character.FORMAT
              || type == Character.LINE_SEPARATOR
              || type == Character.PARAGRAPH_SEPARATOR
              || Character.isSurrogate(c) && !isPaired(cut, i);
      shown.append(hidden ? '?' : c);
    }
    return shown.toString();
  }

  private static boolean isPaired(String text, int i) {
    return Character.isHighSurrogate(text.charAt(i))
        ? i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))
        : i > 0 && Character.isHighSurrogate(text.charAt(i - 1));
  }
}
