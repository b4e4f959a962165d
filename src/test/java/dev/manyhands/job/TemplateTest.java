package dev.manyhands.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TemplateTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a{}b{/c}   | a<>b</c>
          {}{}       | <><>
          {"a":{}}   | {"a":<>}
          {a} {{}} } | {a} {<>} }
          {/a~1b~0/0}| </a~1b~0/0>
          none       | none
          """)
  void placesAreFilledAndOtherBracesStay(String text, String filled) {
    assertThat(new Template(text).fill(pointer -> "<" + pointer + ">")).isEqualTo(filled);
  }

  @Test
  void aPlaceAtTheVeryStartIsFilledInItsOwnWay() {
    assertThat(new Template("{}/{}").fill(_ -> "first", _ -> "later")).isEqualTo("first/later");
    assertThat(new Template("/{}").fill(_ -> "first", _ -> "later")).isEqualTo("/later");
  }

  @Test
  void aPlaceThatIsNoPointerIsNamed() {
    assertThatThrownBy(() -> new Template("{/a~2}"))
        .hasMessage("expected {} or a JSON pointer such as {/name}, got: {/a~2}");
  }
}
