package dev.manyhands.json;

/// What is seen of lines without reading them.
final class LineBytes {
  private LineBytes() {}

  /// Where the first LF is, or `to`.
  static int lineFeed(byte[] bytes, int from, int to) {
    int i = from;
    while (i < to && bytes[i] != '\n') {
      i++;
    }
    return i;
  }

  /// How many LF there are.
  static int count(byte[] bytes, int from, int to) {
    int lines = 0;
    for (int i = from; i < to; i++) {
      if (bytes[i] == '\n') {
        lines++;
      }
    }
    return lines;
  }

  static boolean hasReturn(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] == '\r') {
        return true;
      }
    }
    return false;
  }

  static boolean isBlank(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (!isSpace(bytes[i])) {
        return false;
      }
    }
    return true;
  }

  /// Whether there is a byte order mark. The bytes are UTF-8.
  static boolean isMarked(byte[] bytes, int from) {
    return bytes[from] == (byte) 0xEF
        && bytes[from + 1] == (byte) 0xBB
        && bytes[from + 2] == (byte) 0xBF;
  }

  /// Whether it may stand around a value on its line.
  static boolean isSpace(byte b) {
    return b == ' ' || b == '\t' || b == '\r';
  }
}
