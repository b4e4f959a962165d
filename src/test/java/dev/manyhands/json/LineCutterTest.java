package dev.manyhands.json;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.manyhands.job.InputBlock;
import dev.manyhands.job.Refusal;
import dev.manyhands.job.Refused;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LineCutterTest {
  private static final Limits SMALL = new Limits(1000, 40, 5);

  private final List<InputBlock> blocks = new ArrayList<>();

  @Test
  void linesStayAsTheyCameToTheByte() {
    List<String> inputs =
        List.of(
            "9007199254740993",
            "0.1000",
            "1e400",
            "-0",
            "1E+2",
            "\"\\ud800\"",
            "\"größe 😀 \u2028\"",
            "\"\"",
            "true",
            "null",
            "[]",
            "{ \"b\" : [1 ,\t2.50], \"a\":{\"\\u0061\": null} }");

    cut(String.join("\n", inputs) + "\n");

    assertThat(lines()).isEqualTo(inputs);
  }

  @Test
  void lineEndsAndBlanksAreNoPartOfAnInput() {
    cut("1\r\n\r\n  2\t\n\n \t \n{\"a\":\r1}\r\n\"x\" \n[3]");

    assertThat(lines()).containsExactly("1", "2", "{\"a\": 1}", "\"x\"", "[3]");
  }

  @Test
  void theSameComesOutHoweverTheBytesArrive() {
    Random random = new Random(20_261_123);
    for (int round = 0; round < 500; round++) {
      List<String> inputs =
          JsonSamples.values(random, 1 + random.nextInt(60)).stream()
              .map(value -> value.replace("\n", " ").replace("\r", " ").strip())
              .toList();
      StringBuilder body = new StringBuilder();
      for (String input : inputs) {
        body.append(" ".repeat(random.nextInt(2))).append(input);
        body.append(random.nextInt(4) == 0 ? "\r\n" : "\n");
        body.append("\n".repeat(random.nextInt(8) / 7));
      }
      blocks.clear();

      trickle(new LineCutter(Limits.DEFAULT, null, blocks::add), body.toString(), random);

      assertThat(lines()).as("round %d", round).isEqualTo(inputs);
    }
  }

  @Test
  void theFirstLineIsTheJob() {
    List<Asked> asked = new ArrayList<>();
    LineCutter cutter = new LineCutter(Limits.DEFAULT, asked::add, blocks::add);

    take(cutter, "\n{\"function\":{\"type\":\"java\",\"name\":\"square\"},\"open\":true}\n1\n2");
    cutter.end();
    cutter.takePart().ifPresent(blocks::add);

    assertThat(asked).hasSize(1);
    assertThat(asked.getFirst().open()).isTrue();
    assertThat(lines()).containsExactly("1", "2");
  }

  @Test
  void blocksAreFullAndNumberedThrough() {
    StringBuilder body = new StringBuilder();
    for (int i = 0; i < 200_000; i++) {
      body.append(i).append('\n');
    }

    cut(body.toString());

    int next = 0;
    for (InputBlock block : blocks) {
      assertThat(block.first()).isEqualTo(next);
      assertThat(block.inputs().toString()).startsWith(next + "\n");
      next += block.count();
    }
    assertThat(next).isEqualTo(200_000);
    assertThat(blocks.subList(0, blocks.size() - 1))
        .allSatisfy(block ->
            assertThat(block.inputs().length())
                .isBetween(InputBlock.TARGET_BYTES, InputBlock.TARGET_BYTES + 10));
  }

  @Test
  void aPartThatIsTakenNeedsNoMoreMemoryThanItHolds() {
    LineCutter cutter = new LineCutter(Limits.DEFAULT, null, blocks::add);
    take(cutter, "1\n2\n");

    InputBlock first = cutter.takePart().orElseThrow();
    take(cutter, "3\n");
    InputBlock second = cutter.takePart().orElseThrow();

    assertThat(first.inputs().bytes()).hasSize(4);
    assertThat(second.first()).isEqualTo(2);
    assertThat(second.inputs().toString()).isEqualTo("3\n");
    assertThat(cutter.hasPart()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          1 2         | one JSON value a line
          [1,         | within/between Array entries (column 4)
          {"a":1      | close marker for Object (column 7)
          {"a":1,"a":2} | Duplicate
          NaN         | Non-standard
          01          | Leading zeroes
          -           | end-of-input (column 2)
          1.          | Decimal point not followed by a digit
          1e          | end-of-input (column 3)
          "a          | end-of-input in VALUE_STRING
          "a\\x01"    | CTRL-CHAR
          "a"b"       | token 'b'
          nul         | nul
          ]           | close marker
          {"a":1}}    | close marker
          """)
  void aLineThatIsNotOneValueIsNamed(String line, String said) {
    String body = "1\n{}\n\n" + line.replace("\\x01", "\u0001") + "\n{\"b\":2}\n";

    Refused refused = refused(Limits.DEFAULT, body.getBytes(UTF_8));

    assertThat(refused.refusal()).isInstanceOf(Refusal.Malformed.class);
    assertThat(refused).hasMessageStartingWith("line 4: ").hasMessageContaining(said);
    assertThat(lines()).as("the lines before").containsExactly("1", "{}");
  }

  /// Three values stand on three lines, but not one on each.
  @Test
  void aValueAcrossTwoLinesIsNotMadeUpForByTwoOnOne() {
    Refused refused = refused(Limits.DEFAULT, "[1] [2]\n{\n}\n".getBytes(UTF_8));

    assertThat(refused).hasMessageStartingWith("line 1: ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\u00C0\u0080", "\u00FF", "\u00E2\u0082"})
  void whatIsNotUtf8IsRefusedAfterTheLinesBefore(String bad) {
    Refused refused = refused(Limits.DEFAULT, ("1\n2\n\"" + bad).getBytes(ISO_8859_1));

    assertThat(refused).hasMessageStartingWith("line 3: expected UTF-8");
    assertThat(lines()).containsExactly("1", "2");
  }

  @Test
  void aByteOrderMarkIsRefused() {
    assertThat(refused(Limits.DEFAULT, "\uFEFF1\n".getBytes(UTF_8)))
        .hasMessage("line 1: expected no byte order mark");
  }

  /// A parser passes over one at its start, and each line may be one's start.
  @ParameterizedTest
  @ValueSource(
      strings = {"\uFEFF2\n", "\uFEFF[2]\n", " \uFEFF2\n", "\uFEFF\"a\\n\"\n3\n", "\uFEFF\n"})
  void aByteOrderMarkIsRefusedOnAnyLine(String from) {
    assertThat(refused(Limits.DEFAULT, ("1\n{}\n" + from).getBytes(UTF_8)))
        .hasMessage("line 3: expected no byte order mark");
    assertThat(lines()).as("the lines before").containsExactly("1", "{}");
  }

  @ParameterizedTest
  @ValueSource(ints = {41, 1_000_000})
  void aLineOverTheLimitIsTooLarge(int digits) {
    Refused refused = refused(SMALL, ("1\n" + "9".repeat(digits) + "\n").getBytes(UTF_8));

    assertThat(refused.refusal()).isInstanceOf(Refusal.TooLarge.class);
    assertThat(refused).hasMessage("line 2: expected at most 40 bytes, got more");
    assertThat(lines()).containsExactly("1");
  }

  @Test
  void aLineAtTheLimitIsTaken() {
    LineCutter cutter = new LineCutter(SMALL, null, blocks::add);

    trickle(
        cutter, "9".repeat(40) + "\r\n[" + "1,".repeat(19) + "]".repeat(1), new Random(1), false);

    assertThat(cutter.count()).isEqualTo(1);
  }

  @Test
  void tooManyInputsAreTooLarge() {
    Refused refused = refused(SMALL, "1\n2\n3\n4\n5\n6\n".getBytes(UTF_8));

    assertThat(refused).hasMessage("line 6: expected at most 5 inputs, got more");
    assertThat(lines()).containsExactly("1", "2", "3", "4", "5");
  }

  @Test
  void aNestingBombIsTooLarge() {
    String bomb = "[".repeat(100) + "]".repeat(100);

    Refused refused = refused(Limits.DEFAULT, ("[]\n" + bomb + "\n").getBytes(UTF_8));

    assertThat(refused.refusal()).isInstanceOf(Refusal.TooLarge.class);
    assertThat(refused).hasMessageContaining("64 levels").hasMessageContaining("line 2");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"function":                  | 0 | line 1: Unexpected end-of-input
          {"function":                  | 3 | (column 13)
          {"function":                  | 3 | line 4: Unexpected end-of-input
          {"open":true,"open":true}     | 2 | line 3: Duplicate
          {"open":true}                 | 0 | line 1: the body has a mistake: expected
          {"open":true,"priority":9}    | 3 | line 4: the body has 2 mistakes
          """)
  void aBadJobNamesItsLine(String job, int blank, String said) {
    LineCutter cutter = new LineCutter(Limits.DEFAULT, _ -> {}, blocks::add);
    byte[] body = ("\n".repeat(blank) + job + "\n1\n").getBytes(UTF_8);

    Refused refused = catchThrowableOfType(Refused.class, () -> cutter.take(body, body.length));

    assertThat(refused).hasMessageContaining(said);
  }

  @Test
  void aRuleThatTheJobBreaksOnItsWayNamesItsLineAndOtherRefusalsDoNot() {
    byte[] body = "\n{\"function\":{\"type\":\"java\",\"name\":\"square\"}}\n".getBytes(UTF_8);
    List<Refusal.Mistake> place = List.of(new Refusal.Mistake("/pool", "expected another"));
    Refusal broken = new Refusal.InvalidBody("expected another", place);
    Refusal busy = new Refusal.Busy("full", 5);

    assertThat(refusedOnItsWay(body, broken))
        .isEqualTo(new Refusal.InvalidBody("line 2: expected another", place));
    assertThat(refusedOnItsWay(body, busy)).isEqualTo(busy);
  }

  private Refusal refusedOnItsWay(byte[] body, Refusal why) {
    LineCutter cutter =
        new LineCutter(
            Limits.DEFAULT,
            _ -> {
              throw new Refused(why);
            },
            blocks::add);
    return catchThrowableOfType(Refused.class, () -> cutter.take(body, body.length)).refusal();
  }

  @Test
  void noLineAtAllIsNoJob() {
    LineCutter cutter = new LineCutter(Limits.DEFAULT, asked -> {}, blocks::add);
    take(cutter, "\n \n");

    assertThat(catchThrowableOfType(Refused.class, cutter::end))
        .hasMessage("line 3: expected the job without its inputs, got nothing");
  }

  private void cut(String body) {
    LineCutter cutter = new LineCutter(Limits.DEFAULT, null, blocks::add);
    take(cutter, body);
    cutter.end();
    cutter.takePart().ifPresent(blocks::add);
  }

  private static void take(LineCutter cutter, String body) {
    byte[] bytes = body.getBytes(UTF_8);
    cutter.take(bytes, bytes.length);
  }

  private Refused refused(Limits limits, byte[] body) {
    LineCutter cutter = new LineCutter(limits, null, blocks::add);
    Refused refused =
        catchThrowableOfType(
            Refused.class,
            () -> {
              cutter.take(body, body.length);
              cutter.end();
            });
    cutter.takePart().ifPresent(blocks::add);
    return refused;
  }

  private void trickle(LineCutter cutter, String body, Random random) {
    trickle(cutter, body, random, true);
  }

  private void trickle(LineCutter cutter, String body, Random random, boolean end) {
    byte[] bytes = body.getBytes(UTF_8);
    for (int at = 0; at < bytes.length; ) {
      int n = Math.min(bytes.length - at, 1 + random.nextInt(40));
      cutter.take(Arrays.copyOfRange(bytes, at, at + n), n);
      at += n;
    }
    if (end) {
      cutter.end();
    }
    cutter.takePart().ifPresent(blocks::add);
  }

  private List<String> lines() {
    StringBuilder all = new StringBuilder();
    blocks.forEach(block -> all.append(block.inputs()));
    return all.toString().lines().toList();
  }
}
