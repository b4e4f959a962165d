package dev.manyhands.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.web.Description.Operation;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;

/// Sends the examples of bodies as they are, each to something that it fits.
final class ExampleRequests {
  private static final String LATE = "{\"notBefore\":\"2999-01-01T00:00:00Z\",";
  private static final String POOL = "virtual";

  private final Api api;
  private int limits;

  ExampleRequests(Api api) {
    this.api = api;
  }

  /// The answers to all of them.
  List<HttpResponse<String>> send(Operation operation) throws Exception {
    List<HttpResponse<String>> answers = new ArrayList<>();
    int workers = Api.json(api.get("/v1/pools/" + POOL)).get("workers").intValue();
    for (var content : operation.says().path("requestBody").path("content").properties()) {
      for (JsonNode example : Description.examples(content.getValue())) {
        String body = example.isString() ? example.stringValue() : example.toString();
        answers.add(send(operation.toString(), content.getKey(), body));
      }
    }
    resize(workers);
    return answers;
  }

  private void resize(int workers) throws Exception {
    String body = "{\"workers\":" + workers + "}";
    api.send(
        api.to("/v1/pools/" + POOL)
            .header("Content-Type", "application/json")
            .method("PATCH", BodyPublishers.ofString(body)));
  }

  private HttpResponse<String> send(String operation, String type, String body) throws Exception {
    String method = operation.substring(0, operation.indexOf(' '));
    HttpResponse<String> answer =
        api.send(
            api.to(path(operation))
                .header("Content-Type", type)
                .header("Prefer", "wait=20")
                .method(method, BodyPublishers.ofString(body)));
    if (operation.equals("POST /v1/jobs")) {
      assertThat(answer.statusCode()).as(body).isEqualTo(202);
      JsonNode ended = api.ended("/v1/jobs/" + Api.json(answer).get("id").stringValue());
      assertThat(ended.get("state").stringValue()).as(body).isEqualTo("succeeded");
    }
    return answer;
  }

  private String path(String operation) throws Exception {
    return switch (operation) {
      case "POST /v1/jobs" -> "/v1/jobs";
      case "POST /v1/jobs/{id}/inputs" ->
          api.submit(Api.job("square", "[]").replaceFirst("\\{", "{\"open\":true,")) + "/inputs";
      case "POST /v1/jobs/{id}/cancel" ->
          api.submit(Api.job("sleep", "[1]").replaceFirst("\\{", LATE)) + "/cancel";
      case "POST /v1/jobs/{id}/retry" -> someFailed() + "/retry";
      case "PUT /v1/limits/{name}" -> "/v1/limits/example-" + ++limits;
      case "PATCH /v1/pools/{name}" -> "/v1/pools/" + POOL;
      default -> throw new AssertionError("say here what " + operation + " fits");
    };
  }

  /// A job of 20 tasks, of which the fourth has failed.
  private String someFailed() throws Exception {
    List<String> inputs = new ArrayList<>(IntStream.range(0, 20).mapToObj(i -> "" + i).toList());
    inputs.set(3, "\"x\"");
    return api.run("square", inputs.toString());
  }
}
