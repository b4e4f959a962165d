package dev.manyhands.web;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// What no client of good will sends, and what one sends by mistake: each is answered by a problem
/// document that says what would have been taken.
@ExtendWith(ApiExtension.class)
class EdgeTest {
  private final Api api;

  EdgeTest(Api api) {
    this.api = api;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          /v1/jobs?limt=3                | limt: no such parameter here, expected before
          /v1/info?verbose               | verbose: expected no parameter here
          /v1/jobs/JOB?wait=3            | wait: expected no parameter here
          /v1/jobs/JOB/results?size=3    | size: no such parameter here, expected after, follow, limit, order, status
          /v1/jobs/JOB/results?view=values&order=input | order: no such parameter here, expected status, view
          /v1/jobs/JOB/results?Order=input | Order: no such parameter here
          /v1/jobs?%6c=3                 | l: no such parameter here
          /v1/jobs?limit=%zz             | query: expected at most 1000 parameters
          /v1/jobs?before=%ff%fe         | query: expected at most 1000 parameters
          /v1/jobs?limit=1000000000      | limit: expected a whole number from 1 to 1000
          /v1/jobs?limit=10%5E9          | limit: expected a whole number from 1 to 1000
          /v1/jobs/JOB/results?limit=1000000000 | limit: expected a whole number from 1 to 10000
          /v1/jobs/JOB/tasks?limit=1000000000   | limit: expected a whole number from 1 to 1000
          """)
  void aParameterThatIsNotThereOrNotReadableIsRefusedByName(String path, String said)
      throws Exception {
    String job = api.run("square", "[1]").substring("/v1/jobs/".length());

    // Not through the client, which would not send a broken query.
    String answer = raw("GET " + path.replace("JOB", job) + " HTTP/1.1\r\n" + head() + "\r\n");

    JsonNode problem = problem(answer, 400);
    assertThat(problem.get("type").stringValue()).isEqualTo("/problems/invalid-parameter");
    assertThat(problem.get("detail").stringValue()).startsWith(said);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          GET /v1/jobs/%00 HTTP/1.1        |           | 400
          GET /v1/jobs/%2f HTTP/1.1        |           | 400
          GET /v1/jobs/..;/info HTTP/1.1   |           | 400
          GET /v1/jobs<> HTTP/1.1          |           | 400
          NONSENSE                         |           | 400
          FOO /v1/jobs HTTP/1.1            |           | 400
          TRACE /v1/jobs HTTP/1.1          |           | 405
          GET /v1/jobs HTTP/9.1            |           | 505
          GET /v1/jobs HTTP/1.1            | X: a\\rb  | 400
          GET /v1/jobs HTTP/1.1            | X: a\\0b  | 400
          GET /v1/jobs HTTP/1.1            | X: LONG   | 400
          GET /LONG HTTP/1.1               |           | 400
          POST /v1/jobs HTTP/1.1           | Content-Length: -5        | 400
          POST /v1/jobs HTTP/1.1           | Transfer-Encoding: weird  | 501
          POST /v1/jobs HTTP/1.1           | Expect: something         | 417
          """)
  void whatTheServerItselfTurnsDownIsAProblemToo(String line, String header, int status)
      throws Exception {
    String more = header == null ? "" : header + "\r\n";
    String request =
        (line + "\r\n" + head() + more + "\r\n")
            .replace("\\r", "\r")
            .replace("\\0", "\0")
            .replace("LONG", "x".repeat(20_000));

    String answer = raw(request);

    problem(answer, status);
    assertThat(answer).doesNotContainIgnoringCase("tomcat", "<html", "exception", "at org.");
  }

  @Test
  void aMethodThatTheServerTurnsDownIsNamed() throws Exception {
    String answer = raw("TRACE /v1/jobs HTTP/1.1\r\n" + head() + "\r\n");

    assertThat(problem(answer, 405).get("detail").stringValue())
        .isEqualTo("expected another method than TRACE");
  }

  @Test
  void refusalsOfTypesAndMethodsNameWhatIsTaken() throws Exception {
    HttpResponse<String> type =
        api.send(
            api.to("/v1/jobs")
                .header("Content-Type", "text/plain")
                .POST(BodyPublishers.ofString("{}")));
    assertThat(type.statusCode()).isEqualTo(415);
    assertThat(type.body()).contains("application/json", "text/plain");
    assertThat(api.get("/v1/info", "Accept", "text/html").body()).contains("application/json");
    assertThat(api.send(api.to("/v1/info").DELETE()).body()).contains("expected GET", "DELETE");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          /v1/jobs         | */*;q=0
          /v1/jobs         | application/json;q=0
          /v1/jobs         | application/json;q=0.000, */*
          JOB              | */*;q=0
          JOB              | application/*;q=0, text/html
          JOB/tasks        | */*;q=0
          JOB/tasks        | application/json;q=0
          JOB/tasks/0      | */*;q=0
          JOB/tasks/0      | application/json;q=0
          JOB/results      | */*;q=0
          JOB/results?view=values | application/json;q=0, */*;q=0.5
          JOB/events       | text/event-stream;q=0, */*
          /v1/info         | application/json;q=0
          /v1/pools        | application/json;q=0
          """)
  void aQualityOfZeroIsANo(String path, String accept) throws Exception {
    String job = api.run("square", "[1]");

    HttpResponse<String> answer = api.get(path.replace("JOB", job), "Accept", accept);

    assertThat(answer.statusCode()).isEqualTo(406);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    JsonNode problem = Api.json(answer);
    assertThat(problem.get("type").stringValue()).isEqualTo("/problems/not-acceptable");
    assertThat(problem.get("detail").stringValue())
        .startsWith("expected that Accept allows ")
        .contains(path.endsWith("/events") ? "text/event-stream" : "application/json");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          application/json;q=0.001, text/html
          */*;q=0, application/json
          application/*;q=0.1, */*;q=0
          application/json;charset=utf-8
          """)
  void anyOtherQualityIsAYes(String accept) throws Exception {
    String job = api.run("square", "[1]");

    for (String path : new String[] {"/v1/jobs", job, job + "/tasks", job + "/tasks/0"}) {
      assertThat(api.get(path, "Accept", accept).statusCode()).as(path).isEqualTo(200);
    }
  }

  @Test
  void aJobWhoseAnswerIsNotAcceptableIsNotTaken() throws Exception {
    String label = "edge-not-acceptable";
    HttpResponse<String> answer =
        api.send(
            api.to("/v1/jobs")
                .header("Content-Type", "application/json")
                .header("Accept", "*/*;q=0")
                .POST(
                    BodyPublishers.ofString(
                        """
                        {"function": {"type": "java", "name": "square"}, "inputs": [1],
                         "labels": {"edge": "%s"}}
                        """
                            .formatted(label))));

    assertThat(answer.statusCode()).isEqualTo(406);
    assertThat(Api.json(api.get("/v1/jobs?label=edge:" + label)).get("jobs")).isEmpty();
  }

  @Test
  void aSmallBodyIsJsonAndSmall() throws Exception {
    String cancel = api.run("square", "[1]") + "/cancel";

    HttpResponse<String> form =
        api.send(
            api.to(cancel)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("{\"mode\":\"kill\"}")));
    assertThat(form.statusCode()).isEqualTo(415);
    assertThat(form.body()).contains("/problems/unsupported-media-type", "application/json");
    assertThat(api.post(cancel, " ".repeat(SmallBody.MAX_BYTES + 1)).statusCode()).isEqualTo(413);
    for (String[] header :
        new String[][] {
          {"Content-Type", "application/json;charset=ISO-8859-1"}, {"Content-Encoding", "gzip"}
        }) {
      HttpResponse<String> encoded =
          api.send(
              api.to(cancel)
                  .header("Content-Type", "application/json")
                  .setHeader(header[0], header[1])
                  .POST(BodyPublishers.ofString("{\"mode\":\"kill\"}")));
      assertThat(encoded.statusCode()).as(header[1]).isEqualTo(415);
    }
    HttpResponse<String> limit =
        api.send(
            api.to("/v1/limits/edge")
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString(" ".repeat(SmallBody.MAX_BYTES + 1))));
    assertThat(limit.statusCode()).isEqualTo(413);
    // Nothing at all is no JSON of a wrong type.
    assertThat(api.send(api.to(cancel).POST(BodyPublishers.noBody())).statusCode()).isEqualTo(202);
  }

  @Test
  void headAndOptionsAnswerWhereGetDoes() throws Exception {
    String job = api.run("square", "[1]");

    for (String path : new String[] {job, job + "/results", job + "/tasks/0", "/v1/info"}) {
      HttpResponse<String> head = api.send(api.to(path).HEAD());
      assertThat(head.statusCode()).isEqualTo(200);
      assertThat(head.body()).isEmpty();
      HttpResponse<String> options =
          api.send(api.to(path).method("OPTIONS", BodyPublishers.noBody()));
      assertThat(options.statusCode()).isEqualTo(200);
      assertThat(options.headers().firstValue("Allow").orElseThrow()).contains("GET", "HEAD");
    }
  }

  private String head() throws Exception {
    return "Host: 127.0.0.1\r\nConnection: close\r\nAuthorization: Bearer " + api.key() + "\r\n";
  }

  /// The whole answer to these bytes.
  private String raw(String request) throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), api.port())) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(request.getBytes(ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    }
  }

  private static JsonNode problem(String answer, int status) {
    assertThat(answer).startsWith("HTTP/1.1 " + status + " ");
    assertThat(answer).contains("\r\nContent-Type: application/problem+json");
    String body = answer.substring(answer.indexOf("\r\n\r\n") + 4);
    JsonNode problem =
        Api.MAPPER.readTree(body.substring(body.indexOf('{'), body.lastIndexOf('}') + 1));
    assertThat(problem.get("status").intValue()).isEqualTo(status);
    assertThat(problem.get("type").stringValue()).startsWith("/problems/");
    return problem;
  }
}
