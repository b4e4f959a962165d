package dev.manyhands.web;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Requests that were sent, each with the operation that it is one of, and their answers.
final class SentRequests {
  private static final String JSON = "application/json";

  private final Api api;
  private final List<Sent> all = new ArrayList<>();
  private final List<String> events = new ArrayList<>();

  /// @param operation as the description names it
  /// @param type of the body
  /// @param body what was posted
  record Sent(String operation, String type, @Nullable String body, Answer answer) {}

  SentRequests(Api api) {
    this.api = api;
  }

  List<Sent> all() {
    return all;
  }

  /// What webhooks were told.
  List<String> events() {
    return events;
  }

  void told(String event) {
    events.add(event);
  }

  /// Posts a job, waits for its end and gives its path.
  String post(String body) throws Exception {
    String job = post(body, "wait=20");
    api.ended(job);
    return job;
  }

  String post(String body, String prefer) throws Exception {
    HttpRequest.Builder request = request("/v1/jobs", "POST", JSON, body).header("Prefer", prefer);
    HttpResponse<String> answer = sendAs("POST /v1/jobs", JSON, body, request);
    if (answer.statusCode() != 202) {
      throw new AssertionError(answer.body());
    }
    return "/v1/jobs/" + Api.json(answer).get("id").stringValue();
  }

  HttpResponse<String> get(String operation, String path, String... headers) throws Exception {
    HttpRequest.Builder request = api.to(path);
    return sendAs(operation, JSON, null, headers.length == 0 ? request : request.headers(headers));
  }

  HttpResponse<String> send(String operation, String method, String path, @Nullable String body)
      throws Exception {
    return sendAs(operation, JSON, body, request(path, method, JSON, body));
  }

  /// @param type of the body, which the request names
  HttpResponse<String> sendAs(
      String operation, String type, @Nullable String body, HttpRequest.Builder request)
      throws Exception {
    HttpResponse<String> answer = api.send(request);
    all.add(new Sent(operation, type, body, Answer.of(answer)));
    return answer;
  }

  HttpRequest.Builder request(String path, String method, String type, @Nullable String body)
      throws Exception {
    return api.to(path)
        .header("Content-Type", type)
        .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
  }

  /// What was read of an answer while it was open.
  void read(String operation, OpenReader reader, String body) {
    read(operation, Answer.of(reader, body));
  }

  void read(String operation, Answer answer) {
    all.add(new Sent(operation, JSON, null, answer));
  }
}
