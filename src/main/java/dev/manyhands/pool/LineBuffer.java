package dev.manyhands.pool;

import dev.manyhands.job.JsonLines;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Objects;

/// The lines that a worker has written and not handed on yet: one growing array. Only its worker
/// touches it; while that runs a task, or is lost, others may read what it had [marked][#mark].
final class LineBuffer extends OutputStream {
  private static final byte[] NULL = {'n', 'u', 'l', 'l'};
  // The digits of Long.MIN_VALUE and its sign.
  private static final int MAX_LONG_BYTES = 20;

  /// 00 01 .. 99.
  private static final byte[] PAIRS = new byte[200];

  /// At n the smallest number of n + 1 digits.
  private static final long[] POWERS_OF_TEN = new long[19];

  static {
    for (int i = 0; i < 100; i++) {
      PAIRS[2 * i] = (byte) ('0' + i / 10);
      PAIRS[2 * i + 1] = (byte) ('0' + i % 10);
    }
    long power = 1;
    for (int i = 1; i < POWERS_OF_TEN.length; i++) {
      power *= 10;
      POWERS_OF_TEN[i] = power;
    }
  }

  private byte[] bytes;
  private int length;
  private int lines;
  private byte[] markedBytes;
  private int markedLength;

  /// What others have handed on: so many bytes and lines at the beginning.
  private int passedLength;

  private int passedLines;

  /// @param expected bytes until the lines are taken; more are no error
  LineBuffer(int expected) {
    bytes = new byte[Math.max(expected, 64)];
    markedBytes = bytes;
  }

  /// Bytes written.
  int length() {
    return length;
  }

  /// Lines ended, those included that others have handed on.
  int lines() {
    return lines;
  }

  /// What is there now is whole, whatever a task writes behind it.
  void mark() {
    markedBytes = bytes;
    markedLength = length;
  }

  /// Lines that nobody has handed on.
  int left() {
    return lines - passedLines;
  }

  /// A copy of the lines that are left at the mark, which somebody else hands on.
  JsonLines passMarked() {
    byte[] copy = Arrays.copyOfRange(markedBytes, passedLength, markedLength);
    JsonLines passed = new JsonLines(copy, 0, copy.length, left());
    passedLength = markedLength;
    passedLines = lines;
    return passed;
  }

  /// A copy of the lines that are left at the mark, and one more that says `null`.
  JsonLines markedAndNull() {
    int length = markedLength - passedLength;
    byte[] copy = new byte[length + NULL.length + 1];
    System.arraycopy(markedBytes, passedLength, copy, 0, length);
    System.arraycopy(NULL, 0, copy, length, NULL.length);
    copy[copy.length - 1] = '\n';
    return new JsonLines(copy, 0, copy.length, left() + 1);
  }

  /// Forgets what was written since the buffer had this length, a line that was not ended.
  void cut(int toLength) {
    length = toLength;
  }

  void endLine() {
    write('\n');
    lines++;
  }

  void writeNull() {
    write(NULL, 0, NULL.length);
  }

  /// As `Long.toString`, without a string: two digits by each division.
  void writeLong(long value) {
    if (value == Long.MIN_VALUE) {
      writeAscii(Long.toString(value));
      return;
    }
    ensure(MAX_LONG_BYTES);
    if (value < 0) {
      bytes[length++] = '-';
    }
    long left = Math.abs(value);
    int end = length + digits(left);
    length = end;
    while (left >= 100) {
      long hundreds = left / 100;
      int pair = (int) (left - hundreds * 100) * 2;
      bytes[--end] = PAIRS[pair + 1];
      bytes[--end] = PAIRS[pair];
      left = hundreds;
    }
    int pair = (int) left * 2;
    bytes[--end] = PAIRS[pair + 1];
    if (left >= 10) {
      bytes[--end] = PAIRS[pair];
    }
  }

  /// @param value not negative
  private static int digits(long value) {
    // 1233 / 4096 is a little less than log10(2): the digits, or one too few.
    int guess = (Long.SIZE - Long.numberOfLeadingZeros(value | 1)) * 1233 >>> 12;
    return value < POWERS_OF_TEN[guess] ? guess : guess + 1;
  }

  /// @param text only ASCII
  void writeAscii(String text) {
    ensure(text.length());
    for (int i = 0; i < text.length(); i++) {
      bytes[length++] = (byte) text.charAt(i);
    }
  }

  @Override
  public void write(int b) {
    ensure(1);
    bytes[length++] = (byte) b;
  }

  @Override
  public void write(byte[] from, int offset, int count) {
    Objects.checkFromIndexSize(offset, count, from.length);
    ensure(count);
    System.arraycopy(from, offset, bytes, length, count);
    length += count;
  }

  /// Whether one of the bytes from there on is a line feed.
  boolean hasLineFeedFrom(int start) {
    for (int i = start; i < length; i++) {
      if (bytes[i] == '\n') {
        return true;
      }
    }
    return false;
  }

  /// The lines that are left; the buffer starts anew with an array of about their size.
  JsonLines take() {
    JsonLines taken = new JsonLines(bytes, passedLength, length - passedLength, left());
    bytes = new byte[Math.max(length + length / 8, 64)];
    length = 0;
    lines = 0;
    passedLength = 0;
    passedLines = 0;
    return taken;
  }

  private void ensure(int more) {
    if (bytes.length - length < more) {
      int needed = Math.addExact(length, more);
      // Past 1 GiB doubling would overflow, and the array is as large as it can get.
      int doubled = length > Integer.MAX_VALUE / 2 ? Integer.MAX_VALUE - 8 : length * 2;
      bytes = Arrays.copyOf(bytes, Math.max(needed, doubled));
    }
  }
}
