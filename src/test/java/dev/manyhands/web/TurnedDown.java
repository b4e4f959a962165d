package dev.manyhands.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.web.Description.Operation;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import org.jspecify.annotations.Nullable;

/// What is turned down by every operation, and by every one that takes a body.
final class TurnedDown {
  private static final String NO_JOB = "job_00000000000000000000000000";
  private static final String JSON = "application/json";

  private final Api api;
  private final SentRequests sent;
  private final String ended;
  private final String open;

  TurnedDown(Api api, SentRequests sent) throws Exception {
    this.api = api;
    this.sent = sent;
    this.ended = id(api.run("square", "[1]"));
    this.open = id(api.submit(Api.job("square", "[]").replaceFirst("\\{", "{\"open\":true,")));
  }

  private static String id(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  void all(Operation operation) throws Exception {
    String path = there(operation);
    String body = operation.says().has("requestBody") ? fitting(operation) : null;
    String method = operation.method();
    expect(401, operation, withoutKey(operation, path, body), body);
    expect(403, operation, with(operation, path, body, "Sec-Fetch-Site", "cross-site"), body);
    expect(406, operation, with(operation, path, body, "Accept", "image/png"), body);
    expect(406, operation, with(operation, path, body, "Accept", "no type"), body);
    expect(400, operation, sent.request(path + ";a=b", method, JSON, body), body);
    expect(400, operation, sent.request(path + "?unknown=1", method, JSON, body), body);
    if (operation.says().path("responses").has("404") && operation.path().contains("{")) {
      String nowhere = operation.path().replace("{id}", NO_JOB).replace("{index}", "0");
      nowhere = nowhere.replace("{name}", "none");
      expect(404, operation, sent.request(nowhere, method, JSON, body), body);
    }
    if (body != null) {
      bodies(operation, path, body);
    }
  }

  private void bodies(Operation operation, String path, String fitting) throws Exception {
    bodyAs(415, operation, path, "text/plain", fitting);
    bodyAs(415, operation, path, "application/json;charset=ISO-8859-1", fitting);
    expect(415, operation, with(operation, path, fitting, "Content-Encoding", "gzip"), fitting);
    for (String type : operation.says().at("/requestBody/content").propertyNames()) {
      bodyAs(400, operation, path, type, "{");
      bodyAs(413, operation, path, type, tooLarge(operation, type));
      if (!Streamed.is(type) || operation.path().equals("/v1/jobs")) {
        bodyAs(422, operation, path, type, "[]");
      }
    }
  }

  private void bodyAs(int status, Operation operation, String path, String type, String body)
      throws Exception {
    HttpRequest.Builder request = sent.request(path, operation.method(), type, body);
    HttpResponse<String> answer = sent.sendAs(operation.toString(), type, body, request);
    assertThat(answer.statusCode())
        .as("%s as %s: %.100s -> %s", operation, type, body, answer.body())
        .isEqualTo(status);
  }

  private static String tooLarge(Operation operation, String type) {
    String deep = "[".repeat(10_000);
    return switch (operation.toString()) {
      case "POST /v1/jobs" ->
          Streamed.is(type)
              ? "{\"function\":{\"type\":\"java\",\"name\":\"square\"}}\n" + deep + "\n"
              : Api.job("square", deep);
      case "POST /v1/jobs/{id}/inputs" -> Streamed.is(type) ? deep + "\n" : "{\"inputs\":" + deep;
      default -> " ".repeat(SmallBody.MAX_BYTES + 1);
    };
  }

  private static String fitting(Operation operation) {
    return switch (operation.toString()) {
      case "POST /v1/jobs" -> Api.job("square", "[1]");
      case "POST /v1/jobs/{id}/inputs" -> "{\"inputs\":[1]}";
      case "PATCH /v1/pools/{name}" -> "{\"workers\":64}";
      case "PUT /v1/limits/{name}" -> "{\"permits\":1}";
      default -> "{}";
    };
  }

  private String there(Operation operation) {
    return operation
        .path()
        .replace("{id}", operation.path().endsWith("/inputs") ? open : ended)
        .replace("{index}", "0")
        .replace("{name}", operation.path().contains("pools") ? "virtual" : "turned-down");
  }

  private HttpRequest.Builder with(
      Operation operation, String path, @Nullable String body, String name, String value)
      throws Exception {
    return sent.request(path, operation.method(), JSON, body).header(name, value);
  }

  private HttpRequest.Builder withoutKey(Operation operation, String path, @Nullable String body) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + api.port() + path))
        .header("Content-Type", JSON)
        .method(
            operation.method(),
            body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
  }

  private void expect(
      int status, Operation operation, HttpRequest.Builder request, @Nullable String body)
      throws Exception {
    HttpResponse<String> answer = sent.sendAs(operation.toString(), JSON, body, request);
    assertThat(answer.statusCode())
        .as("%s -> %s", request.build(), answer.body())
        .isEqualTo(status);
  }

  void end() throws Exception {
    api.kill("/v1/jobs/" + open);
  }
}
