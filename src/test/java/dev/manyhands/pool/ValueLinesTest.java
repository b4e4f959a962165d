package dev.manyhands.pool;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ValueLinesTest {
  private static void check(String lines, int count) throws Violation {
    byte[] bytes = lines.getBytes(StandardCharsets.ISO_8859_1);
    byte[] among = new byte[bytes.length + 20];
    Arrays.fill(among, (byte) '7');
    System.arraycopy(bytes, 0, among, 10, bytes.length);
    ValueLines.check(among, 10, bytes.length, count);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "-0",
        "12",
        "-1.50e+10",
        "1E5",
        "true",
        "false",
        "null",
        "\"\"",
        "\"a\\u00fF\\n\\\"\"",
        "[]",
        "{}",
        "[[],{}]",
        " { \"a\" : [ 1 , \"b\" , { \"c\" : null } ] } ",
        "\"\u00c3\u00bc \u00e2\u0082\u00ac \u00f0\u009f\u0098\u0080\"",
      })
  void jsonIsTaken(String value) {
    assertThatCode(() -> check(value + "\n", 1)).doesNotThrowAnyException();
    assertThatCode(() -> check("1\n" + value + "\n" + value + "\n2\n", 4))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "01",
        "-",
        "1.",
        ".5",
        "1e",
        "+1",
        "NaN",
        "Infinity",
        "tru",
        "truex",
        "nul",
        "'a'",
        "\"",
        "\"\\x\"",
        "\"\\u12g4\"",
        "\"\t\"",
        "[",
        "[1",
        "[1,]",
        "[,1]",
        "]",
        "{",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{1:2}",
        "{\"a\":1]",
        "[1}",
        "1 2",
        "1,2",
        "\"\u00c0\u0080\"",
        "\"\u00ed\u00a0\u0080\"",
        "\"\u00f4\u0090\u0080\u0080\"",
        "\"\u00ff\"",
        "\"\u00c3\"",
        "\u00ef\u00bb\u00bf1",
        "[1,\n2]",
        "1\r",
      })
  void anythingElseIsRefused(String value) {
    assertThatThrownBy(() -> check(value + "\n", 1)).isInstanceOf(Violation.class);
    assertThatThrownBy(() -> check("1\n" + value + "\n2\n", 3)).isInstanceOf(Violation.class);
  }

  @Test
  void theCountOfLinesIsExact() {
    assertThatThrownBy(() -> check("1\n2\n", 1)).isInstanceOf(Violation.class);
    assertThatThrownBy(() -> check("1\n2\n", 3)).isInstanceOf(Violation.class);
    assertThatThrownBy(() -> check("1\n2", 2)).isInstanceOf(Violation.class);
    assertThatThrownBy(() -> check("", 1)).isInstanceOf(Violation.class);
  }

  @Test
  void deepNestingTakesNoStack() {
    assertThatCode(() -> check("[".repeat(9_999) + "]".repeat(9_999) + "\n", 1))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> check("[".repeat(10_002) + "]".repeat(10_002) + "\n", 1))
        .isInstanceOf(Violation.class);
  }
}
