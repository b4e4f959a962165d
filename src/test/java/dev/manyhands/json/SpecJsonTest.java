package dev.manyhands.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.manyhands.job.Care;
import dev.manyhands.job.DependsOn;
import dev.manyhands.job.Function;
import dev.manyhands.job.Gates;
import dev.manyhands.job.HttpBody;
import dev.manyhands.job.JobId;
import dev.manyhands.job.JobSpec;
import dev.manyhands.job.Keeping;
import dev.manyhands.job.LimitUse;
import dev.manyhands.job.OnFailure;
import dev.manyhands.job.OnWorkerLost;
import dev.manyhands.job.Placement;
import dev.manyhands.job.Refusal;
import dev.manyhands.job.Refusal.Mistake;
import dev.manyhands.job.Refused;
import dev.manyhands.job.Retry;
import dev.manyhands.job.Timeouts;
import dev.manyhands.job.Webhook;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.json.JsonMapper;

class SpecJsonTest {
  private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  private static final String JAVA = "\"function\":{\"type\":\"java\",\"name\":\"square\"}";

  private static final JobId ANOTHER = new JobId("job_" + "0".repeat(25) + "1");

  @Test
  void whatIsLeftOutHasItsDefault() {
    assertThat(read("{" + JAVA + "}"))
        .isEqualTo(
            new JobSpec(
                new Function.Java("square"),
                Placement.ANYWHERE,
                Care.DEFAULT,
                Gates.OPEN,
                Keeping.DEFAULT,
                Map.of()));
  }

  @Test
  void everyFieldIsRead() {
    JobSpec spec =
        read(
            """
            {"function": {"type": "python", "source": "def f(a, b):\\n  return a", "name": "f",
                          "setup": "warm", "spread": true},
             "pool": "processes", "maxParallel": 8, "chunkSize": 100, "softTimeout": "PT20S", "timeout": "PT30S",
             "retry": {"maxAttempts": 3, "backoff": "PT0.2S", "maxBackoff": "PT5S"},
             "onFailure": {"mode": "stop"}, "onWorkerLost": "fail", "maxCrashes": 2,
             "priority": 5, "notBefore": "2030-01-31T13:00:00+01:00",
             "deadline": "2030-02-01T00:00:00.1234567Z",
             "dependsOn": {"jobs": ["job_00000000000000000000000001"], "inputs": "values",
                           "onFailed": "run"},
             "limits": [{"name": "host", "permits": 2, "key": "/host"}, {"name": "db"}],
             "retention": "PT1H",
             "webhooks": [{"url": "https://example.org/a", "events": ["job.ended"],
                           "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"},
                          {"url": "https://example.org/b", "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}],
             "labels": {"app": "demo"}}
            """);

    assertThat(spec)
        .isEqualTo(
            new JobSpec(
                new Function.Python("def f(a, b):\n  return a", "f", "warm", true),
                new Placement("processes", 8, 100, 5),
                new Care(
                    new Timeouts(Duration.ofSeconds(20), Duration.ofSeconds(30)),
                    new Retry(3, Duration.ofMillis(200), Duration.ofSeconds(5)),
                    OnFailure.STOP,
                    new OnWorkerLost(false, 2)),
                new Gates(
                    Instant.parse("2030-01-31T12:00:00Z"),
                    Instant.parse("2030-02-01T00:00:00.123456Z"),
                    new DependsOn(
                        List.of(ANOTHER), DependsOn.Inputs.VALUES, DependsOn.OnFailed.RUN),
                    List.of(new LimitUse("host", 2, "/host"), new LimitUse("db", null, null))),
                new Keeping(
                    Duration.ofHours(1),
                    null,
                    List.of(
                        new Webhook("https://example.org/a", SECRET, List.of("job.ended")),
                        new Webhook("https://example.org/b", SECRET, Webhook.EVENTS))),
                Map.of("app", "demo")));
  }

  @Test
  void aStoredListOfNoEventsMeansAll() {
    JobSpec stored =
        read(
            """
            {"function": {"type": "java", "name": "square"},
             "webhooks": [{"url": "https://example.org/a", "events": [],
                           "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}]}
            """);

    assertThat(stored.keeping().webhooks().getFirst().hears("job.started")).isTrue();
  }

  @Test
  void whatIsWrittenIsReadAgainAsTheSame() {
    Care care =
        new Care(
            Timeouts.of(Duration.ofMillis(1500)),
            new Retry(5, Duration.ZERO, Duration.ofDays(1)),
            OnFailure.STOP,
            new OnWorkerLost(false, 7));
    Gates gates =
        new Gates(
            Instant.EPOCH,
            Instant.parse("9999-12-31T23:59:59.999999Z"),
            new DependsOn(List.of(ANOTHER), DependsOn.Inputs.WHOLE, DependsOn.OnFailed.CANCEL),
            List.of(new LimitUse("a", 1, ""), new LimitUse("b", null, "/a~1b/0")));
    Keeping keeping =
        new Keeping(
            Keeping.LONGEST, ANOTHER, List.of(new Webhook("http://h", SECRET, Webhook.EVENTS)));
    Map<String, String> labels = Map.of("b", "2", "a", "ä \"quoted\"", "c", "");
    List<Function> functions =
        List.of(
            new Function.Java("primes-below"),
            new Function.Python("def größe(x): return '\u2028😀'", "größe", null, false),
            new Function.Command(List.of("wc", "-c", "{}"), Function.Command.Output.JSON),
            new Function.PythonModule("tools.text", "clean", "setup", true),
            new Function.Http("GET", "{}", Map.of(), null, Set.of()),
            new Function.Http(
                "PUT",
                "https://example.com/{/a}",
                Map.of("X-A", "{}"),
                new HttpBody("{\"a\":[1.50,\"{}\"]}", true),
                Set.of(3, 5)),
            new Function.Http(
                "POST", "http://h", Map.of(), new HttpBody("a={}", false), Set.of(4)));
    for (Function function : functions) {
      JobSpec spec =
          new JobSpec(function, new Placement("p", 1, 2, 3), care, gates, keeping, labels);
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
            Gates.OPEN,
            Keeping.DEFAULT,
            Map.of("b", "2", "a", "1"));

    assertThat(new String(SpecJson.write(spec), UTF_8))
        .isEqualTo(
            "{"
                + JAVA
                + ",\"priority\":3,\"retry\":{\"maxAttempts\":1,\"backoff\":\"PT0.2S\",\"maxBackoff\":\"PT1M\"},"
                + "\"onFailure\":{\"mode\":\"continue\"},\"onWorkerLost\":\"rerun\",\"maxCrashes\":3,"
                + "\"labels\":{\"a\":\"1\",\"b\":\"2\"}}");
  }

  @Test
  void aSecretIsStoredAndNotShown() {
    JobSpec spec =
        read("{" + JAVA + ",\"webhooks\":[{\"url\":\"http://h\",\"secret\":\"" + SECRET + "\"}]}");
    ByteArrayOutputStream shown = new ByteArrayOutputStream();
    try (JsonGenerator json = new JsonMapper().createGenerator(shown)) {
      json.writeStartObject();
      SpecJson.writeFields(json, spec);
      json.writeEndObject();
    }

    assertThat(new String(SpecJson.write(spec), UTF_8)).contains(SECRET);
    assertThat(shown.toString(UTF_8)).contains("http://h").doesNotContain(SECRET);
    assertThat(spec.toString()).doesNotContain(SECRET);
  }

  @Test
  void noClientSaysOfWhichJobItsJobIsARetry() {
    byte[] json = ("{" + JAVA + ",\"retryOf\":\"" + ANOTHER + "\"}").getBytes(UTF_8);
    Refused refused =
        catchThrowableOfType(Refused.class, () -> SpecJson.read(json, null, new Mistakes()));

    assertThat(((Refusal.InvalidBody) refused.refusal()).mistakes())
        .extracting(Mistake::pointer)
        .containsExactly("/retryOf");
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
          "softTimeout":"PT1S"          | /softTimeout      | expected a duration shorter than timeout, got: PT1S without timeout
          "softTimeout":"PT1S","timeout":"PT1S" | /softTimeout | expected a duration shorter than timeout, got: PT1S with timeout PT1S
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
          "priority":0                  | /priority         | expected a whole number from 1 to 5, got: 0
          "priority":"high"             | /priority         | expected a whole number, got the string high
          "notBefore":"tomorrow"        | /notBefore        | expected an RFC 3339 time such as "2030-01-31T12:00:00Z", got the string tomorrow
          "notBefore":"2030-01-31T12:00:00" | /notBefore    | expected an RFC 3339 time such as "2030-01-31T12:00:00Z", got the string 2030-01-31T12:00:00
          "deadline":1900000000         | /deadline         | expected an RFC 3339 time such as "2030-01-31T12:00:00Z", got 1900000000
          "deadline":"1969-12-31T23:59:59Z" | /deadline     | expected a time of the years 1970 to 9999, got: 1969-12-31T23:59:59Z
          "notBefore":"2030-01-02T00:00:00Z","deadline":"2030-01-02T00:00:00Z" | /deadline | expected a time after notBefore (2030-01-02T00:00:00Z), got: 2030-01-02T00:00:00Z
          "dependsOn":["job_00000000000000000000000001"] | /dependsOn | expected an object, got an array
          "dependsOn":{}                | /dependsOn/jobs   | expected an array of job ids, got nothing
          "dependsOn":{"jobs":[]}       | /dependsOn/jobs   | expected 1 to 1000 job ids, got 0
          "dependsOn":{"jobs":["job_1"]} | /dependsOn/jobs/0 | expected a job id (job_ and 26 characters of 0-9 A-Z without I L O U), got: job_1
          "dependsOn":{"jobs":["job_00000000000000000000000001","job_00000000000000000000000001"]} | /dependsOn/jobs/1 | expected each job once, got again: job_00000000000000000000000001
          "dependsOn":{"jobs":["job_00000000000000000000000001"],"inputs":"all"} | /dependsOn/inputs | expected one of own, values, whole, got the string all
          "dependsOn":{"jobs":["job_00000000000000000000000001"],"onFailed":"skip"} | /dependsOn/onFailed | expected one of cancel, run, got the string skip
          "limits":{}                   | /limits           | expected an array of objects, got an object
          "limits":["db"]               | /limits/0         | expected an object, got the string db
          "limits":[{}]                 | /limits/0/name    | expected a string, got nothing
          "limits":[{"name":"a"},{"name":"b","permits":0}] | /limits/1/permits | expected a whole number from 1 to 100000, got: 0
          "limits":[{"name":"a","key":"host"}] | /limits/0/key | expected a JSON pointer of at most 200 characters such as "/host", got: host
          "limits":[{"name":"a","kee":""}] | /limits/0/kee  | unknown field kee; did you mean key?
          "limits":[{"name":"a"},{"name":"a"}] | /limits/1/name | expected each limit once, got again: a
          "retention":"PT0S"            | /retention        | expected a duration from PT1S to PT87600H, got: PT0S
          "webhooks":[{}]               | /webhooks/0/url   | expected a string, got nothing
          "webhooks":[{"url":"u"}]      | /webhooks/0/url   | expected a URL that starts with http:// or https://, got: u
          "webhooks":[{"url":"http://u","secret":"short"}] | /webhooks/0/secret | expected whsec_ and 24 to 64 bytes as base64, or no secret to have one made
          "webhooks":[{"url":"http://u","events":["a b"]}] | /webhooks/0/events/0 | expected one of job.started, job.ended, got: a b
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
          {}                                           | /function        | expected an object with type java, python, command, http, got nothing
          {"function":"f"}                             | /function        | expected an object, got the string f
          {"function":{}}                              | /function/type   | expected one of java, python, command, http, got nothing
          {"function":{"type":"ruby"}}                 | /function/type   | expected one of java, python, command, http, got the string ruby
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
          [1]                                          | ``               | expected an object with function and inputs, or with tasks
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
