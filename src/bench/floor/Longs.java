import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// An array of whole numbers as JSON, read from a stream and printed to one, without a library.
final class Longs {
  private static final int BUFFER = 1 << 16;
  private static final int LONGEST = 21;

  /// Reads the first array of `in`, whatever stands before it, and the stream to its end.
  static long[] read(InputStream in) throws IOException {
    byte[] buffer = new byte[BUFFER];
    long[] values = new long[1024];
    int count = 0;
    long value = 0;
    boolean inside = false;
    boolean digits = false;
    boolean negative = false;
    for (int length; (length = in.read(buffer)) >= 0; ) {
      for (int i = 0; i < length; i++) {
        byte c = buffer[i];
        if (!inside) {
          inside = c == '[';
        } else if (c >= '0' && c <= '9') {
          value = value * 10 + (c - '0');
          digits = true;
        } else if (c == '-') {
          negative = true;
        } else if (digits) {
          if (count == values.length) {
            values = Arrays.copyOf(values, count * 2);
          }
          values[count++] = negative ? -value : value;
          value = 0;
          digits = false;
          negative = false;
        } else if (c != ' ' && c != ',' && c != ']' && c != '}' && c != '\n') {
          throw new IOException("expected whole numbers, got: " + (char) c);
        }
      }
    }
    return Arrays.copyOf(values, count);
  }

  /// Prints `before`, the array and `after`.
  static byte[] print(String before, long[] values, String after) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream(values.length * 8 + BUFFER);
    out.write(before.getBytes(StandardCharsets.UTF_8));
    print(out, values);
    out.write(after.getBytes(StandardCharsets.UTF_8));
    return out.toByteArray();
  }

  private static void print(OutputStream out, long[] values) throws IOException {
    byte[] buffer = new byte[BUFFER];
    int at = 0;
    buffer[at++] = '[';
    for (int i = 0; i < values.length; i++) {
      if (at > BUFFER - LONGEST - 2) {
        out.write(buffer, 0, at);
        at = 0;
      }
      if (i > 0) {
        buffer[at++] = ',';
      }
      at = digits(values[i], buffer, at);
    }
    buffer[at++] = ']';
    out.write(buffer, 0, at);
  }

  private static int digits(long value, byte[] buffer, int at) {
    if (value < 0) {
      buffer[at++] = '-';
      value = -value;
    }
    int end = at + 1;
    for (long rest = value; rest >= 10; rest /= 10) {
      end++;
    }
    for (int i = end - 1; i >= at; i--, value /= 10) {
      buffer[i] = (byte) ('0' + value % 10);
    }
    return end;
  }

  private Longs() {}
}
