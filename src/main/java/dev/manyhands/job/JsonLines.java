package dev.manyhands.job;

import java.nio.charset.StandardCharsets;

/// A run of JSON values as bytes, each on one line that ends with LF; a slice of an array that
/// nobody changes any more.
///
/// Values stay as they came, to the byte: nothing here reads them. A line feed never stands inside
/// a value, since JSON strings escape it and whoever cuts a value out of a document replaces those
/// between tokens by a space.
///
/// @param bytes shared, not copied
/// @param offset where the first value starts
/// @param length bytes, the last LF included
/// @param count values
public record JsonLines(byte[] bytes, int offset, int length, int count) {
  public static final JsonLines NONE = new JsonLines(new byte[0], 0, 0, 0);

  public JsonLines {
    java.util.Objects.checkFromIndexSize(offset, length, bytes.length);
    if (count < 0 || count > length || length > 0 && bytes[offset + length - 1] != '\n') {
      throw new IllegalArgumentException("not " + count + " lines: " + length + " bytes");
    }
  }

  /// The lines of a text whose every line ends with LF.
  public static JsonLines of(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int count = 0;
    for (byte b : bytes) {
      if (b == '\n') {
        count++;
      }
    }
    return new JsonLines(bytes, 0, bytes.length, count);
  }

  /// `n` neighbouring values, without copying.
  ///
  /// @param skip values to leave out before them
  public JsonLines slice(int skip, int n) {
    java.util.Objects.checkFromIndexSize(skip, n, count);
    if (skip == 0 && n == count) {
      return this;
    }
    int from = after(offset, skip);
    int to = skip + n == count ? offset + length : after(from, n);
    return new JsonLines(bytes, from, to - from, n);
  }

  /// The position after `lines` lines from `at`.
  int after(int at, int lines) {
    int i = at;
    for (int left = lines; left > 0; i++) {
      if (bytes[i] == '\n') {
        left--;
      }
    }
    return i;
  }

  /// Where the line that starts at `at` ends: the position of its LF.
  public int end(int at) {
    int i = at;
    while (bytes[i] != '\n') {
      i++;
    }
    return i;
  }

  public byte[] toByteArray() {
    return offset == 0 && length == bytes.length
        ? bytes
        : java.util.Arrays.copyOfRange(bytes, offset, offset + length);
  }

  /// The lines as text, for messages and tests.
  @Override
  public String toString() {
    return new String(bytes, offset, length, StandardCharsets.UTF_8);
  }
}
