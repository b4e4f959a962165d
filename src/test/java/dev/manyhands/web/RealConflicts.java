package dev.manyhands.web;

import dev.manyhands.testkit.Wait;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.UUID;

/// What cannot be done now: each conflict of each operation, made to be.
final class RealConflicts {
  private static final String SUBMIT = "POST /v1/jobs";
  private static final String INPUTS = "POST /v1/jobs/{id}/inputs";
  private static final String RETRY = "POST /v1/jobs/{id}/retry";
  private static final String REMOVE = "DELETE /v1/jobs/{id}";
  private static final String JSON = "application/json";
  private static final String SQUARE = Api.job("square", "[1]");

  private final Api api;
  private final SentRequests sent;

  RealConflicts(Api api, SentRequests sent) {
    this.api = api;
    this.sent = sent;
  }

  void all() throws Exception {
    values();
    again();
    underWay();
    unfinished();
    cancelledOnTheWay();
    notEnded();
    needed();
    unchanged();
  }

  private void values() throws Exception {
    for (String inputs : new String[] {"[1,2]", "[1,\"x\"]"}) {
      String body = Api.job("square", inputs);
      sent.sendAs(
          SUBMIT,
          JSON,
          body,
          sent.request("/v1/jobs?view=values", "POST", JSON, body).header("Prefer", "wait=20"));
    }
  }

  /// The same again gets the same answer, as long as there is one.
  private void again() throws Exception {
    String key = UUID.randomUUID().toString();
    String job = keyed(SUBMIT, "/v1/jobs", SQUARE, key).headers().firstValue("Location").orElse("");
    keyed(SUBMIT, "/v1/jobs", SQUARE, key);
    api.ended(job);
    sent.send(REMOVE, "DELETE", job, null);
    keyed(SUBMIT, "/v1/jobs", SQUARE, key);

    String failed = api.run("square", "[\"x\"]");
    String open = open();
    for (int i = 0; i < 2; i++) {
      keyed(RETRY, failed + "/retry", "{}", key + "retry");
      keyed(INPUTS, open + "/inputs", "{\"inputs\":[1]}", key + "inputs");
    }
    api.kill(open);
  }

  /// While a request has the key, another one cannot.
  private void underWay() throws Exception {
    String key = UUID.randomUUID().toString();
    String open = open();
    String failed = api.run("square", "[\"x\"]");
    try (StreamedBody first = new StreamedBody(api, "/v1/jobs", "Idempotency-Key: " + key)) {
      first.write(lines(key, ""));
      String job = api.awaitJob(key);
      sent.send("POST /v1/jobs/{id}/seal", "POST", job + "/seal", null);
      keyed(SUBMIT, "/v1/jobs", SQUARE, key);
      keyed(INPUTS, open + "/inputs", "{\"inputs\":[1]}", key);
      keyed(RETRY, failed + "/retry", "{}", key);
      first.end();
    }
    api.kill(open);
  }

  /// An open job goes on whose sender broke off, and its key is used.
  private void unfinished() throws Exception {
    String key = UUID.randomUUID().toString();
    try (StreamedBody first = new StreamedBody(api, "/v1/jobs", "Idempotency-Key: " + key)) {
      first.write(lines(key, ",\"open\":true"));
      api.awaitJob(key);
    }
    String job = api.awaitJob(key);
    Wait.untilSeen("the key is nobody's", () -> unfinished(key));
    keyed(SUBMIT, "/v1/jobs", SQUARE, key);
    keyed(INPUTS, job + "/inputs", "{\"inputs\":[1]}", key);
    api.kill(job);
  }

  private boolean unfinished(String key) {
    try {
      return api.post("/v1/jobs", SQUARE, "Idempotency-Key", key)
          .body()
          .contains("idempotency-key-unfinished");
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private void cancelledOnTheWay() throws Exception {
    String label = UUID.randomUUID().toString();
    try (StreamedBody body = new StreamedBody(api, "/v1/jobs")) {
      body.write(lines(label, ""));
      String job = api.awaitJob(label);
      api.kill(job);
      Wait.untilSeen("more is sent until an answer comes", () -> isAnsweredAfter("4\n", body));
      sent.read(SUBMIT, Answer.raw(body.end()));
    }
  }

  private static boolean isAnsweredAfter(String line, StreamedBody body) {
    try {
      return body.write(line).isAnswered();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private void notEnded() throws Exception {
    String job = api.submit(Api.job("sleep", "[60000]"));
    sent.send(REMOVE, "DELETE", job, null);
    sent.send(RETRY, "POST", job + "/retry", null);
    sent.get("GET /v1/jobs/{id}/results", job + "/results?view=values");
    sent.get("GET /v1/jobs/{id}/tasks/{index}/value", job + "/tasks/0/value");
    sent.get("GET /v1/jobs/{id}/tasks/{index}", job + "/tasks/0");
    api.kill(job);
  }

  private void needed() throws Exception {
    String job = api.run("square", "[1]");
    String other = api.submit(Api.job("sleep", "[60000]"));
    String last =
        api.submit(
            SQUARE.replaceFirst(
                "\\{", "{\"dependsOn\":{\"jobs\":[\"%s\",\"%s\"]},".formatted(id(job), id(other))));
    sent.send(REMOVE, "DELETE", job, null);
    api.kill(last);
    api.kill(other);
  }

  private static String id(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  private void unchanged() throws Exception {
    String value = api.run("square", "[1]") + "/tasks/0/value";
    String etag = api.get(value).headers().firstValue("ETag").orElseThrow();
    sent.get("GET /v1/jobs/{id}/tasks/{index}/value", value, "If-None-Match", etag);
  }

  private String open() throws Exception {
    return api.submit(Api.job("square", "[]").replaceFirst("\\{", "{\"open\":true,"));
  }

  private static String lines(String label, String more) {
    return "{\"function\":{\"type\":\"java\",\"name\":\"square\"},\"labels\":{\"test\":\""
        + label
        + "\"}"
        + more
        + "}\n1\n";
  }

  private HttpResponse<String> keyed(String operation, String path, String body, String key)
      throws Exception {
    HttpRequest.Builder request = sent.request(path, "POST", JSON, body);
    return sent.sendAs(operation, JSON, body, request.header("Idempotency-Key", key));
  }
}
