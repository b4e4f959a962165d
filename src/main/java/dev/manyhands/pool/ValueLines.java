package dev.manyhands.pool;

/// Checks that bytes are lines of which each is one JSON value in valid UTF-8 (RFC 8259, strictly).
///
/// A worker's lines go into the results as they are, and the code of its task may have forged them:
/// one that is no JSON would spoil the whole answer to a client. One pass without recursion;
/// nothing is allocated below 64 levels.
final class ValueLines {
  private static final int MAX_DEPTH = 10_000;

  private final byte[] bytes;
  private final int end;
  private int at;

  /// One bit a level: whether it is an object.
  private long[] objects = new long[1];

  private ValueLines(byte[] bytes, int offset, int length) {
    this.bytes = bytes;
    this.at = offset;
    this.end = offset + length;
  }

  /// @throws Violation if these are not exactly `count` lines of one JSON value each
  static void check(byte[] bytes, int offset, int length, int count) throws Violation {
    ValueLines lines = new ValueLines(bytes, offset, length);
    try {
      for (int line = 0; line < count; line++) {
        if (lines.skipWholeNumber()) {
          continue;
        }
        lines.value();
        if (lines.bytes[lines.at++] != '\n') {
          throw lines.wrong();
        }
      }
    } catch (ArrayIndexOutOfBoundsException cut) {
      throw new Violation("values end within a value");
    }
    if (lines.at != lines.end) {
      throw new Violation("not " + count + " values");
    }
  }

  /// The shortest way past the most frequent line, digits only; false, and nothing happened, at any
  /// other.
  private boolean skipWholeNumber() {
    int i = at;
    byte c = bytes[i];
    if (c < '1' || c > '9') {
      return false;
    }
    do {
      c = bytes[++i];
    } while (c >= '0' && c <= '9');
    if (c != '\n') {
      return false;
    }
    at = i + 1;
    return true;
  }

  private void value() throws Violation {
    int depth = 0;
    while (true) {
      byte c = next();
      if (c == '[' || c == '{') {
        boolean object = c == '{';
        at++;
        skipSpace();
        if (bytes[at] == (object ? '}' : ']')) {
          at++;
        } else {
          push(depth++, object);
          if (object) {
            key();
          }
          continue;
        }
      } else {
        scalar(c);
      }
      depth = closeLevels(depth);
      if (depth < 0) {
        return;
      }
    }
  }

  /// After a value: ends the levels that end here. Returns the depth at which a next value follows,
  /// or -1 at the end.
  private int closeLevels(int levels) throws Violation {
    int depth = levels;
    while (true) {
      skipSpace();
      if (depth == 0) {
        return -1;
      }
      boolean object = (objects[depth - 1 >> 6] >>> (depth - 1) & 1) != 0;
      byte c = bytes[at++];
      if (c == ',') {
        if (object) {
          key();
        }
        return depth;
      }
      if (c != (object ? '}' : ']')) {
        throw wrong();
      }
      depth--;
    }
  }

  private void push(int depth, boolean object) throws Violation {
    if (depth >= MAX_DEPTH) {
      throw new Violation("a value of more than " + MAX_DEPTH + " levels");
    }
    int word = depth >> 6;
    if (word == objects.length) {
      objects = java.util.Arrays.copyOf(objects, 2 * word);
    }
    long bit = 1L << depth;
    objects[word] = object ? objects[word] | bit : objects[word] & ~bit;
  }

  private void key() throws Violation {
    if (next() != '"') {
      throw wrong();
    }
    string();
    if (next() != ':') {
      throw wrong();
    }
    at++;
  }

  private void scalar(byte c) throws Violation {
    switch (c) {
      case '"' -> string();
      case 't' -> word("true");
      case 'f' -> word("false");
      case 'n' -> word("null");
      default -> number();
    }
  }

  private void word(String word) throws Violation {
    for (int i = 0; i < word.length(); i++) {
      if (bytes[at++] != word.charAt(i)) {
        throw wrong();
      }
    }
  }

  private void number() throws Violation {
    if (bytes[at] == '-') {
      at++;
    }
    if (bytes[at] == '0') {
      at++;
    } else {
      digits();
    }
    if (bytes[at] == '.') {
      at++;
      digits();
    }
    if ((bytes[at] | 0x20) == 'e') {
      at++;
      if (bytes[at] == '+' || bytes[at] == '-') {
        at++;
      }
      digits();
    }
  }

  private void digits() throws Violation {
    int i = at;
    while (bytes[i] >= '0' && bytes[i] <= '9') {
      i++;
    }
    if (i == at) {
      throw wrong();
    }
    at = i;
  }

  private void string() throws Violation {
    int i = at + 1;
    while (true) {
      byte c = bytes[i];
      if (c >= 0x20 && c != '"' && c != '\\') {
        i++;
      } else if (c == '"') {
        at = i + 1;
        return;
      } else if (c == '\\') {
        i = escape(i + 1);
      } else if (c < 0) {
        i = character(i);
      } else {
        at = i;
        throw wrong();
      }
    }
  }

  private int escape(int i) throws Violation {
    if (bytes[i] != 'u') {
      if ("\"\\/bfnrt".indexOf(bytes[i]) < 0) {
        at = i;
        throw wrong();
      }
      return i + 1;
    }
    for (int digit = 1; digit <= 4; digit++) {
      if (Character.digit(bytes[i + digit], 16) < 0) {
        at = i;
        throw wrong();
      }
    }
    return i + 5;
  }

  /// The position after a character of two to four bytes (RFC 3629: none overlong, no surrogate,
  /// none over U+10FFFF).
  private int character(int i) throws Violation {
    int lead = bytes[i] & 0xff;
    int second = bytes[i + 1] & 0xff;
    int low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
    int high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
    int length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    boolean valid = lead >= 0xc2 && lead <= 0xf4 && second >= low && second <= high;
    for (int k = 2; valid && k < length; k++) {
      valid = (bytes[i + k] & 0xc0) == 0x80;
    }
    if (!valid) {
      throw new Violation("values that are not UTF-8");
    }
    return i + length;
  }

  /// The first byte that is no space.
  private byte next() {
    skipSpace();
    return bytes[at];
  }

  /// A line feed ends the value, and so is no space here.
  private void skipSpace() {
    while (bytes[at] == ' ' || bytes[at] == '\t') {
      at++;
    }
  }

  private Violation wrong() {
    return new Violation("a value that is not JSON");
  }
}
