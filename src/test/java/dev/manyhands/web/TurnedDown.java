package dev.manyhands.web;

import dev.manyhands.web.Description.Operation;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
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
    send(operation, withoutKey(operation, path, body), body);
    send(operation, with(operation, path, body, "Sec-Fetch-Site", "cross-site"), body);
    send(operation, with(operation, path, body, "Accept", "image/png"), body);
    send(operation, with(operation, path, body, "Accept", "no type"), body);
    send(operation, sent.request(path + ";a=b", operation.method(), JSON, body), body);
    send(operation, sent.request(path + "?unknown=1", operation.method(), JSON, body), body);
    if (operation.says().path("responses").has("404") && operation.path().contains("{")) {
      String nowhere = operation.path().replace("{id}", NO_JOB).replace("{index}", "0");
      nowhere = nowhere.replace("{name}", "none");
      send(operation, sent.request(nowhere, operation.method(), JSON, body), body);
    }
    if (body != null) {
      bodies(operation, path, body);
    }
  }

  private void bodies(Operation operation, String path, String fitting) throws Exception {
    sendAs(operation, path, "text/plain", fitting);
    sendAs(operation, path, "application/json;charset=ISO-8859-1", fitting);
    send(operation, with(operation, path, fitting, "Content-Encoding", "gzip"), fitting);
    operation
        .says()
        .at("/requestBody/content")
        .propertyNames()
        .forEach(type -> {
          try {
            sendAs(operation, path, type, "{");
            sendAs(operation, path, type, "[]");
            sendAs(operation, path, type, tooLarge(operation, type));
          } catch (Exception e) {
            throw new AssertionError(e);
          }
        });
  }

  private void sendAs(Operation operation, String path, String type, String body) throws Exception {
    sent.sendAs(
        operation.toString(), type, body, sent.request(path, operation.method(), type, body));
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

  private void send(Operation operation, HttpRequest.Builder request, @Nullable String body)
      throws Exception {
    sent.sendAs(operation.toString(), JSON, body, request);
  }
}
