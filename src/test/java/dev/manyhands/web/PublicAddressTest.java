package dev.manyhands.web;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// A service that others can reach: it runs what its operator named, and nothing else.
class PublicAddressTest {
  private static final String PYTHON =
      "{\"type\":\"python\",\"name\":\"f\",\"source\":\"def f(n): return n\"}";
  private static final String COMMAND = "{\"type\":\"command\",\"argv\":[\"true\"]}";
  private static final String MODULE =
      "{\"type\":\"python\",\"name\":\"twice\",\"module\":\"mh_demo\"}";

  @TempDir static Path folder;
  private static Api api;

  @BeforeAll
  static void start() {
    api = service("java,http");
  }

  @AfterAll
  static void stop() throws Exception {
    api.close();
  }

  private static Api service(String allowed) {
    return Api.on(folder, "--server.address=0.0.0.0", "--manyhands.functions.allowed=" + allowed);
  }

  @Test
  void anAllowedKindRuns() throws Exception {
    HttpResponse<String> answer =
        api.post("/v1/jobs?view=values", Api.job("square", "[1,2,3]"), "Prefer", "wait=20");

    assertThat(answer.body()).isEqualTo("[1,4,9]");
  }

  @ParameterizedTest
  @ValueSource(strings = {PYTHON, COMMAND, MODULE})
  void anotherKindIsRefusedHoweverItComes(String function) throws Exception {
    refused(api.post("/v1/jobs", "{\"function\":" + function + ",\"inputs\":[1]}"));
    refused(api.post("/v1/jobs", "{\"function\":" + function + ",\"open\":true,\"inputs\":[]}"));
    refused(
        api.post(
            "/v1/jobs",
            "{\"tasks\":[{\"function\":{\"type\":\"java\",\"name\":\"square\"},\"input\":1},"
                + "{\"function\":"
                + function
                + ",\"input\":1}]}"));
    refused(
        api.send(
            api.to("/v1/jobs")
                .header("Content-Type", "application/jsonl")
                .POST(BodyPublishers.ofString("{\"function\":" + function + "}\n1\n"))));
  }

  private static void refused(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
    JsonNode problem = Api.json(answer);
    assertThat(problem.get("type").stringValue()).isEqualTo("/problems/unavailable");
    assertThat(problem.get("detail").stringValue())
        .startsWith("expected a function of a kind that manyhands.functions.allowed names");
  }

  @Test
  void infoSaysWhichKindsRunAndWhyTheOthersDoNot() throws Exception {
    JsonNode functions = Api.json(api.get("/v1/info")).get("functions");

    assertThat(functions.at("/java/available").booleanValue()).isTrue();
    assertThat(functions.at("/http/available").booleanValue()).isTrue();
    assertThat(functions.at("/python/available").booleanValue()).isFalse();
    assertThat(functions.at("/command/reason").stringValue())
        .isEqualTo(
            "expected a function of a kind that manyhands.functions.allowed names (java, http),"
                + " got: command");
  }

  /// On a network a service has names that it does not know.
  @Test
  void anyHostNameIsHeard() throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), api.port())) {
      String request =
          "GET /v1/info HTTP/1.1\r\nHost: manyhands.example\r\nAuthorization: Bearer %s\r\nConnection: close\r\n\r\n"
              .formatted(api.key());
      socket.getOutputStream().write(request.getBytes(US_ASCII));
      assertThat(new String(socket.getInputStream().readAllBytes(), US_ASCII))
          .startsWith("HTTP/1.1 200");
    }
  }

  @Test
  void whereJavaIsNotAllowedNoFunctionIsListedAndAnOldJobWaits(@TempDir Path other)
      throws Exception {
    String job;
    try (Api before = Api.on(other, "--manyhands.functions.allowed=java")) {
      assertThat(Api.json(before.get("/v1/functions")).get("functions").size()).isPositive();
      before.block();
      job =
          before.submit(
              Api.job("square", "[3]").replace("\"inputs\"", "\"pool\":\"solo\",\"inputs\""));
    }
    try (Api narrow = Api.on(other, "--manyhands.functions.allowed=http")) {
      assertThat(Api.json(narrow.get("/v1/functions")).get("functions").size()).isZero();
      assertThat(Api.json(narrow.get(job)).get("state").stringValue()).isEqualTo("queued");
    }
  }
}
