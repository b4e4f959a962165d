package dev.manyhands.web;

import dev.manyhands.store.Owner;
import dev.manyhands.store.StoreFull;
import dev.manyhands.store.StoreUnavailable;
import dev.manyhands.testkit.Wait;
import dev.manyhands.web.Description.Operation;
import dev.manyhands.web.SentRequests.Sent;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.CannotGetJdbcConnectionException;

/// What a service answers that cannot do what it is asked: its store fails, its disk is full, the
/// node that has the job is away, a pool has no Python, a kind of function is not allowed.
final class RealTroubles {
  private static final String NO_JOB = "job_00000000000000000000000000";
  private static final String JSON = "application/json";
  private static final String PYTHON =
      "{\"function\":{\"type\":\"python\",\"name\":\"f\",\"source\":\"def f(n): return %s\"},"
          + "\"inputs\":[1]}";
  private static final int MAX_LIMITS = 1000;

  private final Path folder;
  private final List<Operation> operations;

  RealTroubles(Path folder, List<Operation> operations) {
    this.folder = folder;
    this.operations = operations;
  }

  /// @return all that was sent
  List<Sent> all() throws Exception {
    List<Sent> all = new ArrayList<>();
    Path data = Files.createDirectories(folder.resolve("data"));
    String python = degraded(data, all);
    Troubled trouble = new Troubled();
    try (Api api = Api.troubled(data, trouble, "--manyhands.functions.allowed=java")) {
      SentRequests sent = new SentRequests(api);
      sent.get("GET /v1/info", "/v1/info");
      sent.send("POST /v1/jobs", "POST", "/v1/jobs", PYTHON.formatted("n"));
      sent.send(
          "POST /v1/jobs/{id}/retry", "POST", python + "/retry", "{\"outcomes\":[\"succeeded\"]}");
      sent.send("PUT /v1/limits/{name}", "PUT", "/v1/limits/one-more", "{\"permits\":1}");
      full(api, sent, trouble);
      unread(sent, trouble);
      away(sent, trouble);
      all.addAll(sent.all());
    }
    return all;
  }

  /// A service whose Python goes away, and that then has as many limits as there may be.
  ///
  /// @return a job of it
  private String degraded(Path data, List<Sent> all) throws Exception {
    Path real = Path.of("/usr/bin/python3");
    Path python = Files.createSymbolicLink(folder.resolve("python"), real);
    try (Api api =
        Api.on(
            data,
            "--manyhands.python.executable=" + python,
            "--manyhands.processes.recycle-after-tasks=1",
            "--manyhands.pools.processes.kind=processes",
            "--manyhands.pools.processes.workers=1")) {
      SentRequests sent = new SentRequests(api);
      String job = sent.post(PYTHON.formatted("n"));
      Files.delete(python);
      DegradedPoolApiTest.killAll(python);
      String waiting = api.submit(PYTHON.formatted(1));
      Wait.untilSeen("the pool is degraded", () -> isDegraded(api));
      sent.get("GET /v1/pools/{name}", "/v1/pools/processes");
      api.kill(waiting);
      fillLimits(api);
      all.addAll(sent.all());
      return job;
    }
  }

  private static boolean isDegraded(Api api) {
    try {
      return api.get("/v1/pools/processes").body().contains("\"degraded\"");
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static void fillLimits(Api api) throws Exception {
    try (Connection connection = api.store();
        PreparedStatement insert =
            connection.prepareStatement("INSERT INTO limits (name, permits) VALUES (?, 1)")) {
      connection.setAutoCommit(false);
      for (int i = 0; i < MAX_LIMITS; i++) {
        insert.setString(1, "limit-" + i);
        insert.addBatch();
      }
      insert.executeBatch();
      connection.commit();
    }
  }

  /// The disk is full when a commit comes.
  private static void full(Api api, SentRequests sent, Troubled trouble) throws Exception {
    String ended = api.run("square", "[1,\"x\"]");
    String open = api.submit(Api.job("square", "[]").replaceFirst("\\{", "{\"open\":true,"));
    trouble.commits = () -> new StoreFull("a test has it so", new IOException());
    sent.send("POST /v1/jobs", "POST", "/v1/jobs", Api.job("square", "[1]"));
    sent.send("POST /v1/jobs/{id}/inputs", "POST", open + "/inputs", "{\"inputs\":[1]}");
    sent.send("POST /v1/jobs/{id}/retry", "POST", ended + "/retry", "{}");
    sent.send("DELETE /v1/jobs/{id}", "DELETE", ended, null);
    sent.send("PUT /v1/limits/{name}", "PUT", "/v1/limits/limit-1", "{\"permits\":2}");
    sent.send("DELETE /v1/limits/{name}", "DELETE", "/v1/limits/limit-1", null);
    trouble.commits = () -> new StoreUnavailable("a test has it so", new IOException());
    sent.send("POST /v1/jobs", "POST", "/v1/jobs", Api.job("square", "[1]"));
    sent.send("DELETE /v1/jobs/{id}", "DELETE", ended, null);
    sent.send("PUT /v1/limits/{name}", "PUT", "/v1/limits/limit-1", "{\"permits\":2}");
    trouble.commits = null;
    api.kill(open);
  }

  /// The store does not answer, and then there is a mistake in the service.
  private void unread(SentRequests sent, Troubled trouble) throws Exception {
    List<Supplier<RuntimeException>> faults =
        List.of(
            () -> new CannotGetJdbcConnectionException("a test has it so"), RealTroubles::mistake);
    for (Supplier<RuntimeException> fault : faults) {
      trouble.reads = fault;
      for (Operation operation : operations) {
        send(operation, sent, "Idempotency-Key", UUID.randomUUID().toString());
      }
      trouble.reads = null;
    }
  }

  /// The service logs it with its trace, of which there is nothing to say.
  private static IllegalStateException mistake() {
    IllegalStateException mistake = new IllegalStateException("a test has it so");
    mistake.setStackTrace(new StackTraceElement[0]);
    return mistake;
  }

  /// The node that has the job is not there, or breaks off.
  private void away(SentRequests sent, Troubled trouble) throws Exception {
    try (ServerSocket rude = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> breakOff(rude));
      for (int port : new int[] {1, rude.getLocalPort()}) {
        trouble.owner =
            new Owner("node_other", true, "http://127.0.0.1:" + port, Duration.ofSeconds(9));
        for (Operation operation : operations) {
          send(operation, sent, "Prefer", "wait=1");
        }
      }
      trouble.owner = null;
    }
  }

  private static void breakOff(ServerSocket server) {
    while (!server.isClosed()) {
      try (Socket client = server.accept()) {
        client.getInputStream().read();
      } catch (IOException closed) {
        return;
      }
    }
  }

  /// Asks for something that is not here.
  private static void send(Operation operation, SentRequests sent, String header, String value)
      throws Exception {
    String body = body(operation);
    String type = operation.toString().equals("POST /v1/jobs") ? "application/jsonl" : JSON;
    String path =
        operation
            .path()
            .replace("{id}", NO_JOB)
            .replace("{index}", "0")
            .replace("{name}", operation.path().contains("pools") ? "virtual" : "limit-2");
    HttpRequest.Builder request = sent.request(path, operation.method(), type, body);
    sent.sendAs(operation.toString(), type, body, request.header(header, value));
  }

  private static @Nullable String body(Operation operation) {
    if (!operation.says().has("requestBody")) {
      return null;
    }
    return switch (operation.toString()) {
      case "POST /v1/jobs" ->
          "{\"function\":{\"type\":\"java\",\"name\":\"square\"},"
              + "\"limits\":[{\"name\":\"limit-3\"}]}\n1\n";
      case "POST /v1/jobs/{id}/inputs" -> "{\"inputs\":[1]}";
      case "PATCH /v1/pools/{name}" -> "{\"workers\":64}";
      case "PUT /v1/limits/{name}" -> "{\"permits\":1}";
      default -> "{}";
    };
  }
}
