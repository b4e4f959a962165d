package dev.manyhands.json;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.job.JsonLines;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyReaderTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          /host        | {"a":{"host":1},"host":"x.org"} | x.org
          /host        | {"host" : 17 , "b":2}           | 17
          /host        | {"host":-1.50e3}                | -1.50e3
          /host        | {"host":true}                   | true
          /host        | {"host":null}                   | null
          /host        | {"port":80}                     | null
          /host        | "x.org"                         | null
          /host        | [1,2]                           | null
          /host        | {}                              | null
          /host        | {"host":{"a":[1, 2]}}           | {"a":[1, 2]}
          /a/1/b       | {"a":[{"b":1},{"c":2,"b":"y"}]} | y
          /a/2         | {"a":[1,2]}                     | null
          /1           | [10, 20, 30]                    | 20
          /a~1b/~0     | {"a/b":{"~":"z"}}               | z
          /h\u00f6st   | {"h\\u00f6st":"\u00e4"}        | \u00e4
          ``           | 42                              | 42
          ``           | "text"                          | text
          """)
  void theValueAtThePointerIsTheKey(String pointer, String input, String shown) {
    assertThat(KeyReader.shown(key(pointer, input))).isEqualTo(shown);
  }

  @Test
  void equalStringsAreOneKeyHoweverTheyAreWritten() {
    assertThat(key("", "\"\\u0061b\"")).isEqualTo(key("", "\"ab\""));
  }

  @Test
  void aStringIsNeverTheKeyOfAnotherValue() {
    assertThat(key("", "\"1\"")).isNotEqualTo(key("", "1"));
    assertThat(key("", "\"null\"")).isNotEqualTo(key("", "null"));
    assertThat(key("", "\"\"")).isNotEmpty();
  }

  @Test
  void longValuesHaveShortKeysThatDiffer() {
    String one = "x".repeat(1_000_000) + "1";
    String two = "x".repeat(1_000_000) + "2";

    assertThat(key("", '"' + one + '"')).hasSizeLessThan(110);
    assertThat(key("", '"' + one + '"')).isNotEqualTo(key("", '"' + two + '"'));
  }

  @Test
  void eachInputHasOneKeyAPointer() {
    JsonLines inputs = JsonLines.of("{\"a\":1,\"b\":2}\n{\"b\":3}\n");

    assertThat(new KeyReader(List.of("/b", "/a")).read(inputs))
        .containsExactly(List.of("2", "1"), List.of("3", "null"));
  }

  @Test
  void aSliceIsReadFromItsOwnStart() {
    JsonLines inputs = JsonLines.of("{\"a\":1}\n{\"a\":2}\n{\"a\":3}\n").slice(1, 2);

    assertThat(new KeyReader(List.of("/a")).read(inputs))
        .containsExactly(List.of("2"), List.of("3"));
  }

  private static String key(String pointer, String input) {
    return new KeyReader(List.of(pointer)).read(JsonLines.of(input + "\n")).getFirst().getFirst();
  }
}
