package dev.manyhands.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Inputs and values as the bytes of their lines.
class LineFunctionTest {
  record Size(int width, @Nullable String unit, Optional<List<Long>> more) {}

  enum Color {
    RED,
    GREEN
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "9007199254740993",
        "0.1000",
        "1e400",
        "-0",
        "\"\\u00e9 é 🙂 \\/\"",
        "{\"b\": [1, 2.50, {\"a\": null}],  \"a\":1E+2, \"a\":2}",
        "null"
      })
  void rawJsonComesBackByteForByte(String json) throws Exception {
    assertThat(run(RawJson.class, input -> input, json)).isEqualTo(json);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "7",
        "-7",
        "9007199254740993",
        "9223372036854775807",
        "-9223372036854775808",
        "1000000000000000000",
        "-10"
      })
  void wholeNumbersComeBackExactly(String json) throws Exception {
    assertThat(run(Long.class, n -> n, json)).isEqualTo(json);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "9223372036854775808",
        "-9223372036854775809",
        "9999999999999999999",
        "-9999999999999999999",
        "10000000000000000000",
        "18446744073709551616",
        "01",
        "-",
        "1.0",
        "1e3",
        "+1",
        "\"1\"",
        "null",
        "true",
        "[1]",
        "1 ",
        " 1"
      })
  void whatIsNoWholeNumberOf64BitsIsInvalid(String json) {
    assertInvalid(Long.class, json, "expected a whole number from -2^63 to 2^63-1, got: " + json);
  }

  @Test
  void everyDigitCountIsWrittenRight() throws Exception {
    for (long n = 1, i = 0; i < 19; i++, n *= 10) {
      for (long value : new long[] {n - 1, n, -n, 1 - n, n * 9 + (n - 1)}) {
        assertThat(run(Long.class, _ -> value, "1")).isEqualTo(Long.toString(value));
      }
    }
  }

  @Test
  void textsAreUnescapedAndEscaped() throws Exception {
    assertThat(run(String.class, text -> text, "\"plain\"")).isEqualTo("\"plain\"");
    assertThat(run(String.class, String::length, "\"é🙂\"")).isEqualTo("3");
    assertThat(run(String.class, text -> text + "\n\"\\é", "\"a\\tb\\u0041\""))
        .isEqualTo("\"a\\tbA\\n\\\"\\\\é\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"5", "1.5", "true", "null", "[\"a\"]", "\"", "{}"})
  void whatIsNoStringIsInvalid(String json) {
    assertInvalid(String.class, json, "expected a string, got: " + json);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"5\"", "1.5", "null", "true", "99999999999", "\"\""})
  void nothingIsTurnedIntoANumber(String json) {
    assertInvalid(
        Integer.class, json, "expected a whole number in the range of Integer, got: " + json);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "1", "\"true\"", "null"})
  void nothingIsTurnedIntoABoolean(String json) {
    assertInvalid(Boolean.class, json, "expected true or false, got: " + json);
  }

  @Test
  void aNumberForADoubleMayBeWholeButNotTooLarge() throws Exception {
    assertThat(run(Double.class, x -> x / 2, "5")).isEqualTo("2.5");
    assertInvalid(Double.class, "1e400", "expected a number");
  }

  @Test
  void aRecordIsReadStrictly() throws Exception {
    assertThat(run(Size.class, Size::toString, "{\"width\": 3}"))
        .isEqualTo("\"Size[width=3, unit=null, more=Optional.empty]\"");
    assertThat(
            run(
                Size.class,
                size -> size.more().orElseThrow(),
                "{\"width\":3,\"unit\":\"m\",\"more\":[1,2]}"))
        .isEqualTo("[1,2]");
    assertInvalid(
        Size.class,
        "{\"unit\":\"m\"}",
        "expected an object of width, unit, more, got: {\"unit\":\"m\"}");
    assertInvalid(Size.class, "{\"width\":null}", "width");
    assertInvalid(Size.class, "{\"width\":\"3\"}", "at /width");
    assertInvalid(Size.class, "{\"width\":3,\"units\":\"m\"}", "\"units\"");
    assertInvalid(Size.class, "{\"width\":3,\"more\":[1,\"x\"]}", "at /more/1");
    assertInvalid(Size.class, "null", "got: null");
  }

  record Named(String name) {}

  @Test
  void aMissingTextOfARecordIsInvalid() throws Exception {
    assertThat(run(Named.class, Named::name, "{\"name\":\"x\"}")).isEqualTo("\"x\"");
    assertInvalid(Named.class, "{}", "name");
    assertInvalid(Named.class, "{\"name\":null}", "name");
    assertInvalid(Named.class, "{\"name\":5}", "at /name");
  }

  @Test
  void anEnumIsReadByNameOnly() throws Exception {
    assertThat(run(Color.class, color -> color, "\"RED\"")).isEqualTo("\"RED\"");
    assertInvalid(Color.class, "\"BLUE\"", "expected one of [RED, GREEN], got: \"BLUE\"");
    assertInvalid(Color.class, "0", "expected one of [RED, GREEN], got: 0");
  }

  @Test
  void valuesOfAllKindsAreOneLine() throws Exception {
    assertThat(run(Long.class, n -> Map.of("n", List.of(n, "a\nb")), "1"))
        .isEqualTo("{\"n\":[1,\"a\\nb\"]}");
    assertThat(run(Long.class, _ -> List.of(RawJson.of("1e400"), true, 0.5), "1"))
        .isEqualTo("[1e400,true,0.5]");
    assertThat(run(Long.class, _ -> RawJson.of("0.10"), "1")).isEqualTo("0.10");
    assertThat(run(Long.class, _ -> new byte[] {1, 2}, "1")).isEqualTo("\"AQI=\"");
    assertThat(run(Long.class, _ -> "🙂", "1")).isEqualTo("\"🙂\"");
    // Half a pair has no UTF-8, but an escape.
    assertThat(run(Long.class, _ -> "\ud800", "1")).isEqualToIgnoringCase("\"\\ud800\"");
  }

  @Test
  void whatJsonCannotHoldIsUnwritable() {
    assertUnwritable(Double.NaN, "NaN");
    assertUnwritable(List.of(1, Float.NEGATIVE_INFINITY), "-Infinity");
    assertUnwritable(new double[] {1, Double.POSITIVE_INFINITY}, "Infinity");
    assertUnwritable(RawJson.of("[1,\n2]"), "line feed");
    assertUnwritable(List.of(RawJson.of("1\n")), "line feed");
    assertUnwritable(RawJson.of("[1,2"), "RawJson");
    assertUnwritable(RawJson.of(""), "RawJson");
    assertUnwritable(RawJson.of("1 2"), "several");
    assertUnwritable(RawJson.of("[1] ]"), "RawJson");

    Object[] itself = new Object[1];
    itself[0] = itself;
    assertUnwritable(itself, "nesting");
  }

  @Test
  void anErrorIsBoundedWhateverTheInput() {
    assertThatThrownBy(() -> run(Long.class, n -> n, "\"" + "\u0007é".repeat(100_000) + "\""))
        .isInstanceOf(InvalidInput.class)
        .message()
        .hasSizeLessThan(200)
        .doesNotContain("\u0007");
  }

  private static <I> String run(Class<I> type, GivenFunction.Body<I, ?> body, String json)
      throws Exception {
    LineBuffer values = new LineBuffer(0);
    byte[] line = ("before\n" + json + "\nafter\n").getBytes(StandardCharsets.UTF_8);
    int end = line.length - "\nafter\n".length();
    new LineFunction<>(new GivenFunction<>("given", type, body))
        .run(line, "before\n".length(), end, values);
    values.endLine();
    String written = values.take().toString();
    assertThat(written).endsWith("\n");
    return written.substring(0, written.length() - 1);
  }

  private static <I> void assertInvalid(Class<I> type, String json, String... said) {
    assertThatThrownBy(() ->
            run(
                type,
                input -> {
                  throw new AssertionError("it was read as " + input);
                },
                json))
        .isInstanceOf(InvalidInput.class)
        .message()
        .contains(Arrays.asList(said));
  }

  private static void assertUnwritable(Object value, String said) {
    assertThatThrownBy(() -> run(Long.class, _ -> value, "1"))
        .isInstanceOf(UnwritableValue.class)
        .hasMessageContaining(said);
  }
}
