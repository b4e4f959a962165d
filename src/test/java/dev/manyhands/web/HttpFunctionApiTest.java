package dev.manyhands.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// HTTP functions through the API. The service under test may reach 127.0.0.2, and nothing else
/// that is private.
@ExtendWith(ApiExtension.class)
class HttpFunctionApiTest {
  private final Api api;
  private HttpServer server;

  HttpFunctionApiTest(Api api) {
    this.api = api;
  }

  @BeforeEach
  void start() throws Exception {
    server = HttpServer.create(new InetSocketAddress(Api.reachable(), 0), 0);
    server.createContext(
        "/double/",
        exchange -> {
          String path = exchange.getRequestURI().getPath();
          int n = Integer.parseInt(path.substring(path.lastIndexOf('/') + 1));
          byte[] body = Integer.toString(2 * n).getBytes(UTF_8);
          exchange.getResponseHeaders().set("Content-Type", "application/json");
          exchange.sendResponseHeaders(n == 3 ? 404 : 200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void aJobOfRequestsRunsOnTheVirtualPoolAndItsAnswersAreItsValues() throws Exception {
    String url = "http://127.0.0.2:" + server.getAddress().getPort() + "/double/{}";
    String job = "{\"function\":{\"type\":\"http\",\"url\":\"" + url + "\"},\"inputs\":[1,2,3]}";

    HttpResponse<String> answer = api.post("/v1/jobs", job, "Prefer", "wait=20");

    JsonNode accepted = Api.json(answer);
    assertThat(answer.statusCode()).isEqualTo(202);
    assertThat(accepted.at("/state").stringValue()).isEqualTo("failed");
    String path = "/v1/jobs/" + accepted.get("id").stringValue();
    JsonNode full = Api.json(api.get(path));
    assertThat(full.at("/pool").stringValue()).isEqualTo("virtual");
    assertThat(full.at("/function"))
        .isEqualTo(
            Api.MAPPER.readTree(
                "{\"type\":\"http\",\"method\":\"GET\",\"url\":\""
                    + url
                    + "\",\"headers\":{},\"failOn\":[\"4xx\",\"5xx\"]}"));
    JsonNode results = Api.json(api.get(path + "/results")).get("results");
    assertThat(results.get(1).at("/value/body").intValue()).isEqualTo(4);
    assertThat(results.get(1).at("/value/status").intValue()).isEqualTo(200);
    assertThat(results.get(2).at("/error/httpStatus").intValue()).isEqualTo(404);
    assertThat(results.get(2).at("/error/responseBody").stringValue()).isEqualTo("6");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          "url":"http://127.0.0.1/{}"              | /function/url
          "url":"http://localhost:80/"             | /function/url
          "url":"http://[::1]/{}"                  | /function/url
          "url":"http://169.254.169.254/latest"    | /function/url
          "url":"http://2130706433/{}"             | /function/url
          "url":"ftp://example.com/{}"             | /function/url
          "url":"http://u:p@example.com/{}"        | /function/url
          "url":"http://example.com/{name}"        | /function/url
          "url":"http://example.com/{/a~b}"        | /function/url
          "method":"GET"                           | /function/url
          "url":"http://example.com","method":"get"| /function/method
          "url":"http://example.com","method":"GET","body":1 | /function/body
          "url":"http://example.com","headers":{"X-A":"a\\r\\nB: c"} | /function/headers/X-A
          "url":"http://example.com","headers":{"X-A":"a","x-a":"b"} | /function/headers/x-a
          "url":"http://example.com","headers":{"Host":"b"} | /function/headers/Host
          "url":"http://example.com","failOn":["2xx"] | /function/failOn/0
          """)
  void aRequestThatMayNotBeIsRefusedWithItsPlace(String fields, String pointer) throws Exception {
    HttpResponse<String> answer =
        api.post("/v1/jobs", "{\"function\":{\"type\":\"http\"," + fields + "},\"inputs\":[1]}");

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
    assertThat(Api.json(answer).at("/errors/0/pointer").stringValue()).isEqualTo(pointer);
    assertThat(answer.body()).doesNotContain("u:p");
  }
}
