package dev.manyhands.web;

import com.sun.net.httpserver.HttpServer;
import dev.manyhands.testkit.Wait;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Real requests: each operation, and each field of each form, at least once.
final class RealRequests {
  private static final String NO_JOB = "/v1/jobs/job_00000000000000000000000000";

  private static final String LATE =
      """
      {"function": {"type": "java", "name": "square"}, "inputs": [1],
       "notBefore": "2999-01-01T00:00:00Z"}
      """;

  private final Api api;
  private final SentRequests sent;

  RealRequests(Api api, SentRequests sent) {
    this.api = api;
    this.sent = sent;
  }

  void all() throws Exception {
    service();
    pools();
    jobs();
    gates();
    new RealInputs(api, sent).all();
    limits();
    new RealWebhooks(api, sent).all();
    failures();
    commands();
    largeValue();
    modules();
    tasks();
    requests();
    refusals();
  }

  private void service() throws Exception {
    get("GET /v1/info", "/v1/info");
    get("GET /v1/functions", "/v1/functions");
    get("GET /v1/nodes", "/v1/nodes");
  }

  private void pools() throws Exception {
    get("GET /v1/pools", "/v1/pools");
    get("GET /v1/pools/{name}", "/v1/pools/virtual");
    get("GET /v1/pools/{name}", "/v1/pools/none");
    send("PATCH /v1/pools/{name}", "PATCH", "/v1/pools/virtual", "{\"workers\": 255}");
    send("PATCH /v1/pools/{name}", "PATCH", "/v1/pools/virtual", "{\"workers\": 0}");
  }

  private void jobs() throws Exception {
    String first =
        post(
            """
            {"function": {"type": "java", "name": "square"}, "inputs": [1, 2, 3],
             "pool": "threads", "maxParallel": 2, "chunkSize": 2, "priority": 4,
             "softTimeout": "PT20S", "timeout": "PT30S", "retention": "P1D", "onWorkerLost": "rerun", "maxCrashes": 2,
             "retry": {"maxAttempts": 2, "backoff": "PT0.01S", "maxBackoff": "PT1S"},
             "onFailure": {"mode": "continue"}, "labels": {"app": "demo"}}
            """);
    get("GET /v1/jobs", "/v1/jobs?limit=1");
    get("GET /v1/jobs/{id}", first);
    get("GET /v1/jobs/{id}/results", first + "/results");
    get("GET /v1/jobs/{id}/results", first + "/results?limit=1");
    get("GET /v1/jobs/{id}/results", first + "/results?view=values");
    get("GET /v1/jobs/{id}/results", first + "/results", "Accept", "application/jsonl");
    get("GET /v1/jobs/{id}/tasks", first + "/tasks?limit=2");
    get("GET /v1/jobs/{id}/tasks/{index}", first + "/tasks/1");
    get("GET /v1/jobs/{id}/tasks/{index}/value", first + "/tasks/1/value");
    get("GET /v1/jobs/{id}/tasks/{index}/value", first + "/tasks/1/value", "Range", "bytes=0-0");
    get("GET /v1/jobs/{id}/tasks/{index}/value", first + "/tasks/1/value", "Range", "bytes=9-");
    String cancelTask = "POST /v1/jobs/{id}/tasks/{index}/cancel";
    send(cancelTask, "POST", first + "/tasks/1/cancel", null);
    send(cancelTask, "POST", first + "/tasks/3/cancel", null);
    send("POST /v1/jobs/{id}/retry", "POST", first + "/retry", "{\"outcomes\": [\"failed\"]}");
    send("POST /v1/jobs/{id}/retry", "POST", first + "/retry", "{\"outcomes\": [\"succeeded\"]}");
    send("POST /v1/jobs/{id}/retry", "POST", first + "/retry", "{\"indexes\": [2, 0]}");
    get("GET /v1/jobs/{id}", newest());
    send("POST /v1/jobs/{id}/pause", "POST", first + "/pause", null);
    send("POST /v1/jobs/{id}/resume", "POST", first + "/resume", null);
    send("POST /v1/jobs/{id}/cancel", "POST", first + "/cancel", "{\"mode\": \"kill\"}");
    String etag = api.get(first).headers().firstValue("ETag").orElseThrow();
    get("GET /v1/jobs/{id}", first, "If-None-Match", etag);
    send("DELETE /v1/jobs/{id}", "DELETE", first, null);
  }

  private String newest() throws Exception {
    JsonNode page = Api.json(api.get("/v1/jobs?limit=1"));
    return "/v1/jobs/" + page.at("/jobs/0/id").stringValue();
  }

  private void gates() throws Exception {
    String before = post("{\"function\":{\"type\":\"java\",\"name\":\"square\"},\"inputs\":[1]}");
    String after =
        post(
            """
            {"function": {"type": "java", "name": "square"}, "inputs": [1],
             "notBefore": "2026-01-01T00:00:00Z", "deadline": "2999-01-01T00:00:00Z",
             "dependsOn": {"jobs": ["JOB"], "inputs": "own", "onFailed": "cancel"},
             "limits": [{"name": "db", "permits": 4, "key": ""}],
             "webhooks": [{"url": "http://127.0.0.2:9/hook", "events": ["job.ended"],
                 "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}]}
            """
                .replace("JOB", before.substring("/v1/jobs/".length())));
    get("GET /v1/jobs/{id}", after);
    String late = api.submit(LATE);
    send("POST /v1/jobs/{id}/tasks/{index}/cancel", "POST", late + "/tasks/0/cancel", null);
    send("POST /v1/jobs/{id}/pause", "POST", late + "/pause", null);
    send("POST /v1/jobs/{id}/resume", "POST", late + "/resume", null);
    api.kill(late);
  }

  private void limits() throws Exception {
    String limit = "/v1/limits/described";
    send("PUT /v1/limits/{name}", "PUT", limit, "{\"permits\": 1}");
    send("PUT /v1/limits/{name}", "PUT", limit, "{\"permits\": 2, \"rate\": \"100/s\"}");
    send("PUT /v1/limits/{name}", "PUT", limit, "{\"rate\": \"fast\"}");
    HttpResponse<String> holder =
        api.post(
            "/v1/jobs",
            "{\"function\":{\"type\":\"java\",\"name\":\"sleep\"},\"inputs\":[60000],"
                + "\"limits\":[{\"name\":\"described\",\"key\":\"\"}]}");
    String job = "/v1/jobs/" + Api.json(holder).get("id").stringValue();
    Wait.untilSeen("the limit is held", () -> inUse(limit) == 1);
    get("GET /v1/limits", "/v1/limits");
    get("GET /v1/limits/{name}", limit);
    get("GET /v1/limits/{name}", "/v1/limits/none");
    send("DELETE /v1/limits/{name}", "DELETE", limit, null);
    api.kill(job);
    Wait.untilSeen("the limit is given back", () -> inUse(limit) == 0);
    send("DELETE /v1/limits/{name}", "DELETE", limit, null);
  }

  private int inUse(String limit) {
    try {
      return Api.json(api.get(limit)).get("inUse").intValue();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private void failures() throws Exception {
    String failing =
        post(
            """
            {"function": {"type": "python", "name": "f", "setup": "s", "spread": true,
                "source": "import os, sys\\ndef s(): pass\\ndef f(a, b):\\n    print(a)\\n    if b: raise ValueError(b)\\n    os.kill(os.getpid(), 9)"},
             "inputs": [["x", "y"], ["x", ""]], "maxCrashes": 1}
            """);
    get("GET /v1/jobs/{id}", failing);
    get("GET /v1/jobs/{id}/results", failing + "/results?order=completion");
    get("GET /v1/jobs/{id}/results", failing + "/results?view=values");
    get("GET /v1/jobs/{id}/tasks", failing + "/tasks?status=failed,crashed");
    get("GET /v1/jobs/{id}/tasks/{index}", failing + "/tasks/0");
    get("GET /v1/jobs/{id}/tasks/{index}", failing + "/tasks/1");
    get("GET /v1/jobs/{id}/tasks/{index}", failing + "/tasks/2");
  }

  private void commands() throws Exception {
    String command =
        post(
            """
            {"function": {"type": "command", "argv": ["sh", "-c", "echo no >&2; exit 3"],
                "output": "text"},
             "inputs": [1]}
            """);
    get("GET /v1/jobs/{id}", command);
    get("GET /v1/jobs/{id}/results", command + "/results");
  }

  private void largeValue() throws Exception {
    String large =
        post(
            "{\"function\":{\"type\":\"java\",\"name\":\"identity\"},\"inputs\":[\"LONG\"]}"
                .replace("LONG", "x".repeat(300_000)));
    get("GET /v1/jobs/{id}/results", large + "/results");
    get("GET /v1/jobs/{id}/tasks/{index}", large + "/tasks/0");
    get("GET /v1/jobs/{id}/tasks/{index}/value", large + "/tasks/0/value");
  }

  private void tasks() throws Exception {
    String job =
        post(
            """
            {"function": {"type": "java", "name": "square"},
             "tasks": [{"input": 4, "customId": "four"},
                       {"function": {"type": "java", "name": "identity"}, "input": "x",
                        "customId": "x"}]}
            """);
    get("GET /v1/jobs/{id}", job);
    get("GET /v1/jobs/{id}/results", job + "/results");
    get("GET /v1/jobs/{id}/tasks", job + "/tasks?customId=x");
    get("GET /v1/jobs/{id}/tasks/{index}", job + "/tasks/1");
  }

  private void modules() throws Exception {
    get(
        "GET /v1/jobs/{id}",
        post(
            """
            {"function": {"type": "python", "module": "mh_demo", "name": "twice"}, "inputs": [1]}
            """));
    // Its processes have run functions by now.
    get("GET /v1/pools/{name}", "/v1/pools/processes");
  }

  private void requests() throws Exception {
    HttpServer server = HttpServer.create(new InetSocketAddress(Api.reachable(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(404, 2);
          exchange.getResponseBody().write(new byte[] {'n', 'o'});
          exchange.close();
        });
    server.start();
    try {
      String failed =
          post(
              """
              {"function": {"type": "http", "method": "POST", "url": "http://127.0.0.2:PORT/{}",
                  "headers": {"X-N": "{}"}, "body": {"n": "{}"}, "failOn": ["4xx"]},
               "inputs": [1]}
              """
                  .replace("PORT", Integer.toString(server.getAddress().getPort())));
      get("GET /v1/jobs/{id}", failed);
      get("GET /v1/jobs/{id}/results", failed + "/results");
    } finally {
      server.stop(0);
    }
  }

  private void refusals() throws Exception {
    send("POST /v1/jobs", "POST", "/v1/jobs", "{\"inputs\": []}");
    send("POST /v1/jobs", "POST", "/v1/jobs", "{\"inputs\": [");
    get("GET /v1/jobs", "/v1/jobs?limit=1");
    get("GET /v1/jobs", "/v1/jobs?limit=0");
    get("GET /v1/jobs/{id}", NO_JOB);
    get("GET /v1/info", "/v1/info", "Accept", "text/html");
    get("GET /v1/info", "/v1/info", "Sec-Fetch-Site", "cross-site");
  }

  private String post(String body) throws Exception {
    return sent.post(body);
  }

  private void get(String operation, String path, String... headers) throws Exception {
    sent.get(operation, path, headers);
  }

  private void send(String operation, String method, String path, @Nullable String body)
      throws Exception {
    sent.send(operation, method, path, body);
  }
}
