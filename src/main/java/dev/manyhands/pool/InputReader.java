package dev.manyhands.pool;

import dev.manyhands.job.Shown;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Reads the JSON value of a line as a function's input type. Safe for use by several threads.
///
/// @param <I> the input type
@FunctionalInterface
interface InputReader<I> {
  /// @param from where the value starts
  /// @param to the position of the line's LF
  I read(byte[] line, int from, int to) throws InvalidInput;

  /// The reader of a type: by hand for what is common or must keep its bytes, else Jackson's.
  @SuppressWarnings("unchecked") // Each reader gives what the class object says.
  static <I> InputReader<I> of(Class<I> type) {
    if (type == Long.class) {
      return (InputReader<I>) (InputReader<Long>) InputReader::wholeNumber;
    }
    if (type == String.class) {
      InputReader<String> escaped = new JacksonReader<>(String.class);
      return (InputReader<I>)
          (InputReader<String>) (line, from, to) -> text(line, from, to, escaped);
    }
    if (type == RawJson.class) {
      return (InputReader<I>)
          (InputReader<RawJson>)
              (line, from, to) -> new RawJson(Arrays.copyOfRange(line, from, to));
    }
    return new JacksonReader<>(type);
  }

  private static Long wholeNumber(byte[] line, int from, int to) throws InvalidInput {
    boolean negative = from < to && line[from] == '-';
    int start = negative ? from + 1 : from;
    int digits = to - start;
    // The value is kept negative, since that side has room for one more.
    long value = 0;
    boolean valid = digits >= 1 && digits <= 19 && (digits == 1 || line[start] != '0');
    for (int i = start; valid && i < to; i++) {
      int digit = line[i] - '0';
      valid = digit >= 0 && digit <= 9;
      // 18 digits always fit; the 19th wraps around at most once, to the other sign.
      value = value * 10 - digit;
    }
    if (!valid || value > 0 || !negative && value == Long.MIN_VALUE) {
      throw invalid("a whole number from -2^63 to 2^63-1", line, from, to);
    }
    return negative ? value : -value;
  }

  private static String text(byte[] line, int from, int to, InputReader<String> escaped)
      throws InvalidInput {
    if (to - from < 2 || line[from] != '"' || line[to - 1] != '"') {
      throw invalid("a string", line, from, to);
    }
    for (int i = from + 1; i < to - 1; i++) {
      if (line[i] == '\\') {
        return escaped.read(line, from, to);
      }
    }
    return new String(line, from + 1, to - from - 2, StandardCharsets.UTF_8);
  }

  /// @param expected such as `a string`
  static InvalidInput invalid(String expected, byte[] line, int from, int to) {
    // Shown cuts to 80 characters, of at most 4 bytes each.
    int end = Math.min(to, from + 400);
    String came = new String(line, from, end - from, StandardCharsets.UTF_8);
    return new InvalidInput("expected " + expected + ", got: " + Shown.of(came));
  }
}
