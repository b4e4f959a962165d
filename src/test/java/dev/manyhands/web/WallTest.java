package dev.manyhands.web;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

@ExtendWith(ApiExtension.class)
class WallTest {
  private final Api api;

  WallTest(Api api) {
    this.api = api;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/jobs",
        "/v1/info",
        "/v1/nothing",
        "/",
        "/error",
        "/actuator",
        "/actuator/prometheus",
        "/actuator/env",
        "/actuator/healthy"
      })
  void nothingAnswersWithoutTheKey(String path) throws Exception {
    HttpResponse<String> answer = api.send(plain(path));

    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(answer.headers().firstValue("WWW-Authenticate")).contains("Bearer");
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
    assertThat(Api.json(answer).get("type").stringValue()).isEqualTo("/problems/unauthorized");
    assertThat(answer.headers().firstValue("Set-Cookie")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Bearer ",
        "Bearer x",
        "Basic YWRtaW46YWRtaW4=",
        "KEY",
        "Bearer KEYx",
        "Bearer KE"
      })
  void anotherKeyIsNoKey(String authorization) throws Exception {
    String header =
        authorization.replace("KEY", api.key()).replace("KE", api.key().substring(0, 45));

    HttpResponse<String> answer = api.send(plain("/v1/jobs").header("Authorization", header));

    assertThat(answer.statusCode()).isEqualTo(401);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/actuator/health", "/actuator/health/liveness", "/actuator/health/readiness"})
  void healthNeedsNoKey(String path) throws Exception {
    assertThat(api.send(plain(path)).statusCode()).isEqualTo(200);
  }

  @Test
  void metricsAnswerTheKey() throws Exception {
    assertThat(api.get("/actuator/prometheus").body()).contains("jvm_");
  }

  @Test
  void healthLooksAtTheDiskThatTheMetricTellsOf() throws Exception {
    Matcher disk =
        Pattern.compile("disk_free_bytes\\{path=\"([^\"]+)\"}")
            .matcher(api.get("/actuator/prometheus").body());
    assertThat(disk.find()).isTrue();
    JsonNode health = Api.json(api.get("/actuator/health"));
    assertThat(health.at("/components/diskSpace/details/path").stringValue())
        .isEqualTo(disk.group(1));
  }

  @Test
  void pagesOfOtherSitesAreTurnedAway() throws Exception {
    assertThat(api.get("/v1/jobs", "Origin", "http://evil.example").statusCode()).isEqualTo(403);
    assertThat(api.get("/v1/jobs", "Origin", "null").statusCode()).isEqualTo(403);
    assertThat(api.get("/v1/jobs", "Sec-Fetch-Site", "cross-site").statusCode()).isEqualTo(403);
    assertThat(api.get("/v1/jobs", "Sec-Fetch-Site", "same-site").statusCode()).isEqualTo(403);
    String own = "http://127.0.0.1:" + api.port();
    assertThat(api.get("/v1/jobs", "Origin", own, "Sec-Fetch-Site", "same-origin").statusCode())
        .isEqualTo(200);
  }

  @Test
  void anotherHostNameIsTurnedAway() throws Exception {
    assertThat(statusFor("evil.example")).isEqualTo("400");
    assertThat(statusFor("localhost:" + api.port())).isEqualTo("200");
    assertThat(statusFor("[::1]:" + api.port())).isEqualTo("200");
  }

  @Test
  void noPreflightIsAnswered() throws Exception {
    HttpResponse<String> answer =
        api.send(
            plain("/v1/jobs")
                .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
                .header("Origin", "http://evil.example")
                .header("Access-Control-Request-Method", "POST"));

    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(answer.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
  }

  private HttpRequest.Builder plain(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + api.port() + path));
  }

  /// The JDK's client sets the host itself.
  private String statusFor(String host) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), api.port())) {
      String request =
          "GET /v1/jobs HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\nConnection: close\r\n\r\n"
              .formatted(host, api.key());
      socket.getOutputStream().write(request.getBytes(US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), US_ASCII);
      return answer.split(" ", 3)[1];
    }
  }
}
