package dev.manyhands.web;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.testkit.Wait;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// Every bad input is answered by a problem document that names the place, and nothing is stored.
@ExtendWith(ApiExtension.class)
class BadInputTest {
  private static final String FUNCTION = "\"function\":{\"type\":\"java\",\"name\":\"square\"}";

  private final Api api;
  private final String newest;

  BadInputTest(Api api) throws Exception {
    this.api = api;
    this.newest = newest();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {FUNCTION,"inputs":[1,2                       | 400 | malformed-json | /inputs/1
          {FUNCTION,"inputs":[1,NaN]}                   | 400 | malformed-json | /inputs/1
          {FUNCTION,"inputs":[1]} true                  | 400 | malformed-json | ``
          {FUNCTION,"inputs":[{"a":1,"a":2}]}           | 400 | malformed-json | /inputs/0
          {FUNCTION,FUNCTION,"inputs":[1]}              | 400 | malformed-json | /function
          {FUNCTION,"inputs":[]}                        | 422 | invalid-body   | /inputs
          {FUNCTION}                                    | 422 | invalid-body   | /inputs
          {FUNCTION,"inputs":"1"}                       | 422 | invalid-body   | /inputs
          {"inputs":[1]}                                | 422 | invalid-body   | /function
          {FUNCTION,"inputs":[1],"chunksize":2}         | 422 | invalid-body   | /chunksize
          {FUNCTION,"inputs":[1],"maxParallel":"all"}   | 422 | invalid-body   | /maxParallel
          {FUNCTION,"inputs":[1],"timeout":"PT-1S"}     | 422 | invalid-body   | /timeout
          {FUNCTION,"inputs":[1],"pool":"nowhere"}      | 422 | invalid-body   | /pool
          {"function":{"type":"java","name":"none"},"inputs":[1]} | 422 | invalid-body | /function/name
          {"function":{"type":"perl"},"inputs":[1]}     | 422 | invalid-body   | /function/type
          {"function":{"type":"python","module":"a..b","name":"f"},"inputs":[1]} | 422 | invalid-body | /function/module
          {"function":{"type":"python","module":"a","source":"b","name":"f"},"inputs":[1]} | 422 | invalid-body | /function/module
          {FUNCTION,"inputs":[1],"labels":{"a":"\\u0000"}} | 422 | invalid-body | /labels/a
          [1,2]                                         | 422 | invalid-body   | ``
          ``                                            | 400 | malformed-json | ``
          """)
  void aBadJobIsRefusedWithItsPlace(String body, int status, String type, String pointer)
      throws Exception {
    refused(api.post("/v1/jobs", body.replace("FUNCTION", FUNCTION)), status, type, pointer);
  }

  @Test
  void aNestingBombIsRefused() throws Exception {
    refusedSoon("[".repeat(100_000) + "]".repeat(100_000));
  }

  @Test
  void aNumberOfAMillionDigitsIsRefused() throws Exception {
    refusedSoon("9".repeat(1_000_000));
  }

  /// Alone, and when what came before it is in the store already.
  private void refusedSoon(String bomb) throws Exception {
    String large = "\"" + "x".repeat(300_000) + "\",";
    for (int before : new int[] {0, 20}) {
      String body = "{" + FUNCTION + ",\"inputs\":[" + large.repeat(before) + bomb + "]}";
      long start = System.nanoTime();

      HttpResponse<String> answer = api.post("/v1/jobs", body);

      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(30));
      refused(answer, 413, "too-large", "/inputs/" + before);
    }
  }

  @Test
  void invalidUtf8IsRefused() throws Exception {
    byte[] body = ("{" + FUNCTION + ",\"inputs\":[\"\u00C0\u0080\"]}").getBytes(ISO_8859_1);

    refused(
        api.post("/v1/jobs", BodyPublishers.ofByteArray(body)), 400, "malformed-json", "/inputs/0");
  }

  @Test
  void anInputOverTheLimitIsRefused() throws Exception {
    String body = "{" + FUNCTION + ",\"inputs\":[1,\"" + "x".repeat(9 << 20) + "\"]}";

    refused(api.post("/v1/jobs", body), 413, "too-large", "/inputs/1");
  }

  @Test
  void aBodyOverTheLimitIsRefusedWhetherItSaysSoOrNot() throws Exception {
    byte[] body = ("{" + FUNCTION + ",\"inputs\":[" + "1,".repeat(12 << 20)).getBytes(UTF_8);
    assertThat(body.length).isGreaterThan(Api.MAX_BODY);

    refused(api.post("/v1/jobs", BodyPublishers.ofByteArray(body)), 413, "too-large", "");
    refused(
        api.post("/v1/jobs", BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body))),
        413,
        "too-large",
        "");
  }

  @Test
  void onlyPlainJsonIsTaken() throws Exception {
    String body = "{" + FUNCTION + ",\"inputs\":[1]}";

    for (String type :
        new String[] {
          "text/plain", "application/x-www-form-urlencoded", "application/json;charset=ISO-8859-1"
        }) {
      HttpResponse<String> answer =
          api.send(
              api.to("/v1/jobs").header("Content-Type", type).POST(BodyPublishers.ofString(body)));
      problem(answer, 415, "unsupported-media-type");
    }
    problem(api.post("/v1/jobs", body, "Content-Encoding", "gzip"), 415, "unsupported-media-type");
    nothingStored();
  }

  @ParameterizedTest
  @CsvSource({
    "/v1/nothing, 404, not-found",
    "/, 404, not-found",
    "/v1/jobs/nope, 404, not-found",
    "/v1/jobs/job_00000000000000000000000000, 404, not-found",
    "/v1/jobs/job_00000000000000000000000000/results, 404, not-found",
    "/v1/jobs?limit=0, 400, invalid-parameter",
    "/v1/jobs?limit=many, 400, invalid-parameter",
    "/v1/jobs?before=yesterday, 400, invalid-parameter",
  })
  void aPathOrParameterThatIsNotThereIsAProblem(String path, int status, String type)
      throws Exception {
    problem(api.get(path), status, type);
  }

  @Test
  void parametersOfResultsAreChecked() throws Exception {
    String job = api.run("square", "[1]");

    for (String query :
        new String[] {
          "order=random", "status=done", "limit=-1", "view=table", "view=values&status=failed"
        }) {
      problem(api.get(job + "/results?" + query), 400, "invalid-parameter");
    }
    problem(api.get(job, "Accept", "text/html"), 406, "not-acceptable");
    problem(api.get(job + "/results", "Accept", "text/csv"), 406, "not-acceptable");
    problem(api.post(job + "/cancel", "{\"mode\":\"stop\"}"), 422, "invalid-body");
    problem(api.post(job + "/cancel", "{\"mod\":"), 400, "malformed-json");
  }

  @Test
  void bombsInSmallBodiesAreRefusedByTheSameLimits() throws Exception {
    String deep = "{\"workers\":" + "[".repeat(1000) + "]".repeat(1000) + "}";
    String wide = "{\"workers\":1" + "0".repeat(2000) + "}";
    String named = "{\"workers\":1,\"" + "z".repeat(60_000) + "\":1}";

    JsonNode tooDeep = problem(patch(deep), 413, "too-large");
    assertThat(tooDeep.get("detail").stringValue())
        .isEqualTo("expected at most 64 levels of nesting, got more: the document");
    JsonNode tooWide = problem(patch(wide), 413, "too-large");
    assertThat(tooWide.get("detail").stringValue())
        .isEqualTo("expected a number of at most 1000 characters: the document");
    assertThat(problem(patch(named), 422, "invalid-body").get("detail").stringValue())
        .startsWith("the body has a mistake: unknown field zzz");
  }

  private HttpResponse<String> patch(String body) throws Exception {
    return api.send(
        api.to("/v1/pools/solo")
            .header("Content-Type", "application/json")
            .method("PATCH", BodyPublishers.ofString(body)));
  }

  @Test
  void anotherMethodIsAProblemThatNamesTheAllowedOnes() throws Exception {
    HttpResponse<String> answer = api.send(api.to("/v1/jobs").PUT(BodyPublishers.noBody()));

    problem(answer, 405, "method-not-allowed");
    assertThat(answer.headers().firstValue("Allow").orElseThrow()).contains("GET", "POST");
  }

  private void refused(HttpResponse<String> answer, int status, String type, String pointer)
      throws Exception {
    JsonNode problem = problem(answer, status, type);
    assertThat(problem.get("errors").get(0).get("pointer").stringValue()).isEqualTo(pointer);
    nothingStored();
  }

  private static JsonNode problem(HttpResponse<String> answer, int status, String type) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
    assertThat(answer.body()).doesNotContain("xception", "dev.manyhands", "org.", "jackson");
    JsonNode problem = Api.json(answer);
    assertThat(problem.get("type").stringValue()).isEqualTo("/problems/" + type);
    assertThat(problem.get("status").intValue()).isEqualTo(status);
    return problem;
  }

  private void nothingStored() throws Exception {
    assertThat(newest()).isEqualTo(newest);
    // What of its inputs was in the store already is deleted after the answer.
    try (Connection connection = api.store();
        Statement statement = connection.createStatement()) {
      Wait.untilSeen("no inputs without a job", () -> isClean(statement));
    }
  }

  /// Its id only: a job of another test may end meanwhile.
  private String newest() throws Exception {
    return Api.json(api.get("/v1/jobs?limit=1")).at("/jobs/0/id").asString("none");
  }

  private static boolean isClean(Statement statement) {
    try (ResultSet left =
        statement.executeQuery(
            "SELECT (SELECT count(*) FROM staged) + (SELECT count(*) FROM leftovers)"
                + " + (SELECT count(*) FROM input_blocks"
                + " WHERE job_id NOT IN (SELECT id FROM jobs))")) {
      return left.next() && left.getLong(1) == 0;
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }
}
