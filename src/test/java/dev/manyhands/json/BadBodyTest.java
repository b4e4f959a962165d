package dev.manyhands.json;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.manyhands.job.Refusal;
import dev.manyhands.job.Refusal.Mistake;
import dev.manyhands.job.Refused;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What a job may not be: each with the place that the answer names.
class BadBodyTest {
  private static final String FUNCTION = "\"function\":{\"type\":\"java\",\"name\":\"identity\"}";
  private static final String HEAD = "{" + FUNCTION + ",\"inputs\":[1,";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          NaN                 | /inputs/1 | Non-standard token 'NaN'
          Infinity            | /inputs/1 | Non-standard token 'Infinity'
          -Infinity           | /inputs/1 | Non-standard token '-Infinity'
          .5                  | /inputs/1 | Unexpected character ('.'
          5.                  | /inputs/1 | Unexpected character (']'
          01                  | /inputs/1 | Invalid numeric value
          +1                  | /inputs/1 | Unexpected character ('+'
          0x10                | /inputs/2 | Unexpected character ('x'
          tru                 | /inputs/1 | Unrecognized token 'tru'
          'a'                 | /inputs/1 | Unexpected character ('''
          "a                  | /inputs/1 | Unexpected end-of-input
          "\\x"               | /inputs/1 | Unrecognized character escape
          "\\u12"             | /inputs/1 | Unexpected character
          /* no */ 1          | /inputs/1 | Unexpected character ('/'
          1 // no             | /inputs/1 | Unexpected character ('/'
          # no                | /inputs/1 | Unexpected character ('#'
          {"a":1,"a":2}       | /inputs/1 | Duplicate Object property "a"
          [{"b":{"a":1,"\\u0061":2}}] | /inputs/1 | Duplicate Object property "a"
          {"a" 1}             | /inputs/1 | Unexpected character ('1'
          {a:1}               | /inputs/1 | Unexpected character ('a'
          [1,]                | /inputs/1 | Unexpected character (']'
          {"a":1,}            | /inputs/1 | Unexpected character ('}'
          [1}                 | /inputs/1 | Unexpected close marker '}'
          1 2                 | /inputs/2 | Unexpected character ('2'
          """)
  void anInputThatIsNoJsonIsNamed(String input, String pointer, String detail) {
    Mistake mistake = malformed(HEAD + input + "]}");

    assertThat(mistake.detail()).startsWith(detail);
    assertThat(mistake.pointer()).isEqualTo(pointer);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          ``                                     | ``         | expected a JSON object, got an empty body
          {                                      | ``         | Unexpected end-of-input
          {"inputs":[1,2                         | /inputs/1  | Unexpected end-of-input
          {"inputs":[1],"inputs":[2]}            | /inputs    | Duplicate Object property "inputs"
          {"inputs":[1],"function":{"a":{"b":nope}}} | /function/a/b | Unrecognized token 'nope'
          {"inputs":[1]} {}                      | ``         | expected nothing after the job's }
          {"inputs":[1]},                        | ``         | Unexpected character (','
          """)
  void aBodyThatIsNoJsonIsNamed(String body, String pointer, String detail) {
    Mistake mistake = malformed(body);

    assertThat(mistake.detail()).startsWith(detail);
    assertThat(mistake.pointer()).isEqualTo(pointer);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\u00C0\u0080", // overlong NUL
        "\u00C1\u00BF", // overlong
        "\u00E0\u0080\u0080", // overlong
        "\u00F0\u008F\u00BF\u00BF", // overlong
        "\u00ED\u00A0\u0080", // a surrogate
        "\u00F4\u0090\u0080\u0080", // beyond U+10FFFF
        "\u00F5\u0080\u0080\u0080",
        "\u0080", // a continuation byte alone
        "\u00C3", // cut: the quote follows
        "\u00E2\u0082",
        "\u00FF",
        "\u0000",
      })
  void bytesThatAreNotUtf8AreNamed(String bytes) {
    for (String input :
        List.of("\"a" + bytes + "\"", "{\"a" + bytes + "\":1}", "[\"" + bytes + "\"]")) {
      Mistake mistake = malformed((HEAD + "2," + input + "]}").getBytes(ISO_8859_1));

      int at = (HEAD + "2," + input).indexOf(bytes);
      assertThat(mistake.pointer()).isEqualTo("/inputs/2");
      assertThat(mistake.detail()).startsWith("expected UTF-8 without NUL, got something else");
      assertThat(Integer.parseInt(mistake.detail().replaceAll(".*byte ", "")))
          .isBetween(at, at + bytes.length());
    }
  }

  @Test
  void otherEncodingsAreRefused() {
    String job = HEAD + "2]}";
    assertThat(malformed(("\uFEFF" + job).getBytes(UTF_8)).detail())
        .isEqualTo("expected { as the first byte, got a byte order mark");
    for (String encoding : List.of("UTF-16LE", "UTF-16BE", "UTF-16", "UTF-32LE", "UTF-32BE")) {
      byte[] bytes = job.getBytes(Charset.forName(encoding));
      assertThat(malformed(bytes).detail()).as(encoding).startsWith("expected UTF-8 without NUL");
    }
  }

  @Test
  void theParserIsNotNamed() {
    for (String input :
        List.of("NaN", "/* */", "\"a", "[1", "{\"a\":1,\"a\":2}", "nope", "\u0007")) {
      assertThat(malformed(HEAD + input).detail())
          .doesNotContain("Feature", "`", "Source", "jackson", "\u0007");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"function":{"type":"java","name":"f"}}               | /inputs | expected an array of at least one input, got nothing
          {"function":{"type":"java","name":"f"},"inputs":[]}   | /inputs | expected an array of at least one input, got an empty one
          {"function":{"type":"java","name":"f"},"inputs":3}    | /inputs | expected an array of inputs, got another type
          {"function":{"type":"java","name":"f"},"inputs":{"a":[1]}} | /inputs | expected an array of inputs, got another type
          {"function":{"type":"java","name":"f"},"inputs":null} | /inputs | expected an array of inputs, got another type
          {"inputs":[1]}                                        | /function | expected an object with type java, python, command, http, got nothing
          [1,2]                                                 | ``      | expected an object with function and inputs, or with tasks
          "job"                                                 | ``      | expected an object with function and inputs, or with tasks
          null                                                  | ``      | expected an object with function and inputs, or with tasks
          """)
  void aJobWithoutInputsOrFunctionIsInvalid(String body, String pointer, String detail) {
    Refusal refusal = refusal(stream(body.getBytes(UTF_8)), Limits.DEFAULT);

    assertThat(refusal).isInstanceOf(Refusal.InvalidBody.class);
    assertThat(((Refusal.InvalidBody) refusal).mistakes())
        .containsExactly(new Mistake(pointer, detail));
  }

  @Test
  void missingInputsAndWrongFieldsComeInOneAnswer() {
    Refusal refusal = refusal(stream("{\"imputs\":[1]}".getBytes(UTF_8)), Limits.DEFAULT);

    assertThat(((Refusal.InvalidBody) refusal).mistakes())
        .extracting(Mistake::pointer)
        .containsExactlyInAnyOrder("/inputs", "/function", "/imputs");
  }

  @Test
  void anInputMayNestAsDeepAsTheLimitAndNoDeeper() throws Exception {
    String deepest = "[".repeat(64) + "]".repeat(64);
    new JobReader(Limits.DEFAULT)
        .read(stream((HEAD + deepest + "]}").getBytes(UTF_8)), block -> {});

    for (int depth : new int[] {65, 100_000}) {
      tooLarge(HEAD + "[".repeat(depth), "max-nesting", "/inputs/1");
      tooLarge(HEAD + "{\"a\":".repeat(depth), "max-nesting", "/inputs/1");
    }
    tooLarge("{\"function\":" + "[".repeat(100_000), "max-nesting", "/function/0/0/0");
  }

  @Test
  void aNumberMayBeAsLongAsTheLimitAndNoLonger() throws Exception {
    String longest = "9".repeat(1000);
    new JobReader(Limits.DEFAULT)
        .read(stream((HEAD + longest + "]}").getBytes(UTF_8)), block -> {});

    tooLarge(HEAD + "9".repeat(1001) + "]}", "max-number-chars", "/inputs/1");
    tooLarge(HEAD + "[0." + "9".repeat(1_000_000) + "]]}", "max-number-chars", "/inputs/1");
  }

  @Test
  void anInputMayBeAsLongAsTheLimitAndNoLonger() throws Exception {
    Limits limits = new Limits(1 << 20, 10_000, 1000);
    for (String frame : List.of("\"x\"", "[\"x\"]", "{\"x\":1}")) {
      String fits = frame.replace("x", "x".repeat(10_000 - frame.length() + 1));
      new JobReader(limits).read(stream((HEAD + fits + "]}").getBytes(UTF_8)), block -> {});

      for (int more : new int[] {1, 500_000}) {
        String tooLong = fits.replaceFirst("x", "x".repeat(more + 1));
        tooLarge(HEAD + tooLong + "]}", limits, "max-input", "/inputs/1");
      }
    }
    tooLarge(HEAD + " ".repeat(200_000) + "2]}", limits, "max-input", "/inputs/1");
    tooLarge(HEAD + "[" + "1,".repeat(6000) + "1]]}", limits, "max-input", "/inputs/1");
    tooLarge("{\"pool\":\"" + "x".repeat(20_000), limits, "max-input", "/pool");
  }

  @Test
  void aBodyMayBeAsLongAsTheLimitAndNoLonger() throws Exception {
    String body = HEAD + "2]}";
    Limits limits = new Limits(body.length(), 1000, 1000);
    new JobReader(limits).read(stream(body.getBytes(UTF_8)), block -> {});

    tooLarge(body + " ", limits, "max-body", "");
    tooLarge(HEAD + "2".repeat(100) + "]}", limits, "max-body", "");
  }

  @Test
  void aJobMayHaveAsManyInputsAsTheLimitAndNoMore() throws Exception {
    Limits limits = new Limits(1 << 20, 1000, 3);
    new JobReader(limits).read(stream((HEAD + "2,3]}").getBytes(UTF_8)), block -> {});

    tooLarge(HEAD + "2,3,4]}", limits, "max-inputs", "/inputs");
  }

  @Test
  void aMillionKeysAreReadInTime() throws Exception {
    StringBuilder input = new StringBuilder("{\"k\":0");
    for (int i = 0; i < 500_000; i++) {
      input.append(",\"k").append(i).append("\":1");
    }
    List<String> colliding = collidingNames(15);
    StringBuilder collisions = new StringBuilder("{\"k\":0");
    colliding.forEach(name -> collisions.append(",\"").append(name).append("\":1"));

    assertTimeoutPreemptively(
        Duration.ofSeconds(10),
        () ->
            new JobReader(Limits.DEFAULT)
                .read(stream((HEAD + input + "}," + collisions + "}]}").getBytes(UTF_8)), b -> {}));
  }

  /// Names with one String.hashCode: every string of n times "Aa" or "BB".
  private static List<String> collidingNames(int n) {
    List<String> names = new ArrayList<>();
    for (int bits = 0; bits < 1 << n; bits++) {
      StringBuilder name = new StringBuilder();
      for (int i = 0; i < n; i++) {
        name.append((bits >> i & 1) == 0 ? "Aa" : "BB");
      }
      names.add(name.toString());
    }
    return names;
  }

  private static void tooLarge(String body, String limit, String pointer) {
    tooLarge(body, Limits.DEFAULT, limit, pointer);
  }

  private static void tooLarge(String body, Limits limits, String limit, String pointer) {
    Refusal refusal = refusal(stream(body.getBytes(UTF_8)), limits);

    assertThat(refusal).isInstanceOf(Refusal.TooLarge.class);
    assertThat(((Refusal.TooLarge) refusal).limit()).isEqualTo(limit);
    assertThat(((Refusal.TooLarge) refusal).pointer()).isEqualTo(pointer);
  }

  private static Mistake malformed(String body) {
    return malformed(body.getBytes(UTF_8));
  }

  private static Mistake malformed(byte[] body) {
    Refusal refusal = refusal(stream(body), Limits.DEFAULT);
    assertThat(refusal).isInstanceOf(Refusal.Malformed.class);
    return ((Refusal.Malformed) refusal).mistakes().getFirst();
  }

  private static Refusal refusal(InputStream body, Limits limits) {
    return catchThrowableOfType(Refused.class, () -> new JobReader(limits).read(body, block -> {}))
        .refusal();
  }

  private static InputStream stream(byte[] bytes) {
    return new ByteArrayInputStream(bytes);
  }
}
