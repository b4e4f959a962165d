package dev.manyhands.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.manyhands.job.Care;
import dev.manyhands.job.Function;
import dev.manyhands.job.JobSpec;
import dev.manyhands.job.OnFailure;
import dev.manyhands.job.OnWorkerLost;
import dev.manyhands.job.Placement;
import dev.manyhands.job.Refusal;
import dev.manyhands.job.Refusal.Mistake;
import dev.manyhands.job.Refused;
import dev.manyhands.job.Retry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpecJsonTest {
  private static final String JAVA = "\"function\":{\"type\":\"java\",\"name\":\"square\"}";

  @Test
  void whatIsLeftOutHasItsDefault() {
    assertThat(read("{" + JAVA + "}"))
        .isEqualTo(
            new JobSpec(new Function.Java("square"), Placement.ANYWHERE, Care.DEFAULT, Map.of()));
  }

  @Test
  void everyFieldIsRead() {
    JobSpec spec =
        read(
            """
            {"function": {"type": "python", "source": "def f(a, b):\\n  return a", "name": "f",
                          "setup": "warm", "spread": true},
             "pool": "processes", "maxParallel": 8, "chunkSize": 100, "timeout": "PT30S",
             "retry": {"maxAttempts": 3, "backoff": "PT0.2S", "maxBackoff": "PT5S"},
             "onFailure": {"mode": "stop"}, "onWorkerLost": "fail", "maxCrashes": 2,
             "labels": {"app": "demo"}}
            """);

    assertThat(spec)
        .isEqualTo(
            new JobSpec(
                new Function.Python("def f(a, b):\n  return a", "f", "warm", true),
                new Placement("processes", 8, 100),
                new Care(
                    Duration.ofSeconds(30),
                    new Retry(3, Duration.ofMillis(200), Duration.ofSeconds(5)),
                    OnFailure.STOP,
                    new OnWorkerLost(false, 2)),
                Map.of("app", "demo")));
  }

  @Test
  void whatIsWrittenIsReadAgainAsTheSame() {
    Care care =
        new Care(
            Duration.ofMillis(1500),
            new Retry(5, Duration.ZERO, Duration.ofDays(1)),
            OnFailure.STOP,
            new OnWorkerLost(false, 7));
    Map<String, String> labels = Map.of("b", "2", "a", "ä \"quoted\"", "c", "");
    List<Function> functions =
        List.of(
            new Function.Java("primes-below"),
            new Function.Python("def größe(x): return '\u2028😀'", "größe", null, false),
            new Function.Command(List.of("wc", "-c", "{}"), Function.Command.Output.JSON));
    for (Function function : functions) {
      JobSpec spec = new JobSpec(function, new Placement("p", 1, 2), care, labels);
      assertThat(SpecJson.read(SpecJson.write(spec))).isEqualTo(spec);
    }
  }

  @Test
  void equalSpecsAreWrittenAsEqualBytes() {
    JobSpec spec =
        new JobSpec(
            new Function.Java("square"),
            Placement.ANYWHERE,
            Care.DEFAULT,
            Map.of("b", "2", "a", "1"));

    assertThat(new String(SpecJson.write(spec), UTF_8))
        .isEqualTo(
            "{"
                + JAVA
                + ",\"retry\":{\"maxAttempts\":1,\"backoff\":\"PT0.2S\",\"maxBackoff\":\"PT1M\"},"
                + "\"onFailure\":{\"mode\":\"continue\"},\"onWorkerLost\":\"rerun\",\"maxCrashes\":3,"
                + "\"labels\":{\"a\":\"1\",\"b\":\"2\"}}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          "maxParalel":2                | /maxParalel       | unknown field maxParalel; did you mean maxParallel?
          "max_parallel":2              | /max_parallel     | unknown field max_parallel; did you mean maxParallel?
          "input":[1]                   | /input            | unknown field input; did you mean inputs?
          "callback":1                  | /callback         | unknown field callback
          "a/b~":1                      | /a~1b~0           | unknown field a/b~
          "pool":3                      | /pool             | expected a string, got 3
          "pool":null                   | /pool             | expected a string, got null
          "pool":"a b"                  | /pool             | expected 1 to 100 letters, digits, '.', '_' or '-', got: a b
          "maxParallel":"8"             | /maxParallel      | expected a whole number, got the string 8
          "maxParallel":1.5             | /maxParallel      | expected a whole number, got 1.5
          "maxParallel":0               | /maxParallel      | expected a whole number from 1 to 100000, got: 0
          "maxParallel":99999999999     | /maxParallel      | expected a whole number, got 99999999999
          "chunkSize":-1                | /chunkSize        | expected a whole number from 1 to 1000000, got: -1
          "timeout":30                  | /timeout          | expected an ISO 8601 duration such as "PT30S", got 30
          "timeout":"30s"               | /timeout          | expected an ISO 8601 duration such as "PT30S", got the string 30s
          "timeout":"PT-5S"             | /timeout          | expected a duration from PT0.001S to PT168H, got: PT-5S
          "retry":[]                    | /retry            | expected an object, got an array
          "retry":{"attempts":3}        | /retry/attempts   | unknown field attempts; did you mean maxAttempts?
          "retry":{"maxAttempts":0}     | /retry/maxAttempts | expected a whole number from 1 to 100, got: 0
          "onFailure":"stop"            | /onFailure        | expected an object, got the string stop
          "onFailure":{"mode":"abort"}  | /onFailure/mode   | expected one of continue, stop, got the string abort
          "onWorkerLost":true           | /onWorkerLost     | expected one of rerun, fail, got true
          "maxCrashes":0                | /maxCrashes       | expected a whole number from 1 to 100, got: 0
          "labels":{"a":1}              | /labels/a         | expected a string, got 1
          "labels":{"a":"\\uD800"}      | /labels/a         | expected text, got half of a surrogate pair, which no UTF-8 can hold
          """)
  void aWrongFieldIsNamedWithItsPlace(String field, String pointer, String detail) {
    assertThat(mistakes("{" + JAVA + "," + field + "}"))
        .containsExactly(new Mistake(pointer, detail));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {}                                           | /function        | expected an object with type java, python, command, got nothing
          {"function":"f"}                             | /function        | expected an object, got the string f
          {"function":{}}                              | /function/type   | expected one of java, python, command, got nothing
          {"function":{"type":"http"}}                 | /function/type   | expected one of java, python, command, got the string http
          {"function":{"type":"java"}}                 | /function/name   | expected a string, got nothing
          {"function":{"type":"java","name":"a","source":"b"}} | /function/source | unknown field source
          {"function":{"type":"python","name":"f"}}    | /function/source | expected a string, got nothing
          {"function":{"type":"python","source":"x","name":"1f"}} | /function/name | expected the name of a Python function, got: 1f
          {"function":{"type":"python","source":"x","name":"f","spread":"yes"}} | /function/spread | expected true or false, got the string yes
          {"function":{"type":"command"}}              | /function/argv   | expected an array of strings, got nothing
          {"function":{"type":"command","argv":"ls"}}  | /function/argv   | expected an array of strings, got the string ls
          {"function":{"type":"command","argv":[]}}    | /function/argv   | expected 1 to 1024 strings, got 0
          {"function":{"type":"command","argv":["a",1]}} | /function/argv/1 | expected a string, got 1
          {"function":{"type":"command","argv":["a"],"output":"xml"}} | /function/output | expected one of text, json, got the string xml
          [1]                                          | ``               | expected an object with function and inputs
          """)
  void aWrongFunctionIsNamedWithItsPlace(String json, String pointer, String detail) {
    assertThat(mistakes(json)).containsExactly(new Mistake(pointer, detail));
  }

  @Test
  void allMistakesComeInOneAnswer() {
    assertThat(
            mistakes(
                """
                {"function": {"type": "java"}, "pool": 1, "timeout": "soon",
                 "retry": {"maxAttempts": 1000}, "onFailure": {"mode": 1}, "lables": {}}
                """))
        .extracting(Mistake::pointer)
        .containsExactlyInAnyOrder(
            "/function/name",
            "/pool",
            "/timeout",
            "/retry/maxAttempts",
            "/onFailure/mode",
            "/lables");
  }

  @Test
  void aDocumentOfMistakesMakesAShortAnswer() {
    StringBuilder json = new StringBuilder("{" + JAVA);
    for (int i = 0; i < 10_000; i++) {
      json.append(",\"unknown").append(i).append("\":1");
    }

    assertThat(mistakes(json.append('}').toString())).hasSize(20);
  }

  @Test
  void whatIsNoJsonIsMalformed() {
    for (String json : List.of("", "{", "{" + JAVA + "} 1", "{\"pool\":\"a\",\"pool\":\"b\"}")) {
      Refused refused = catchThrowableOfType(Refused.class, () -> read(json));
      assertThat(refused.refusal()).as(json).isInstanceOf(Refusal.Malformed.class);
    }
  }

  private static JobSpec read(String json) {
    return SpecJson.read(json.getBytes(UTF_8));
  }

  private static List<Mistake> mistakes(String json) {
    Refused refused = catchThrowableOfType(Refused.class, () -> read(json));
    return ((Refusal.InvalidBody) refused.refusal()).mistakes();
  }
}
