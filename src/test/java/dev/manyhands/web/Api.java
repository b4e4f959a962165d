package dev.manyhands.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.manyhands.ManyhandsApplication;
import dev.manyhands.testkit.Wait;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.util.FileSystemUtils;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A started service with a data folder of its own, and a client of it.
final class Api implements AutoCloseable {
  static final JsonMapper MAPPER = JsonMapper.builder().build();
  static final int MAX_BODY = 16 << 20;

  /// A stop waits for a Python process that is on its way, which takes long on a slow machine.
  static final String NO_PYTHON = "--manyhands.python.executable=/no/such/python";

  /// More than a request may prefer to wait.
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private final ConfigurableApplicationContext service;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(PATIENCE).build();
  private final Path data;
  private final Path modules;
  private final boolean ownsData;

  /// @param settings such as `--manyhands.follow.heartbeat=100ms`
  Api(String... settings) {
    this(folder(), true, settings);
  }

  private Api(Path data, boolean ownsData, String... settings) {
    this(data, ownsData, _ -> {}, settings);
  }

  private Api(Path data, boolean ownsData, BeanFactoryPostProcessor parts, String... settings) {
    this.data = data;
    this.ownsData = ownsData;
    modules = modules(data);
    List<String> arguments = new ArrayList<>();
    arguments.add("--server.port=0");
    arguments.add("--manyhands.data=" + data);
    // Longer than the client keeps a connection: it sends no POST again on whose connection the
    // server was about to close.
    arguments.add("--server.tomcat.keep-alive-timeout=120s");
    arguments.add("--manyhands.limits.max-body=16MB");
    arguments.add("--manyhands.http.allow=127.0.0.2");
    arguments.add("--manyhands.python.path=" + modules);
    arguments.add("--manyhands.webhooks.attempts=4");
    arguments.add("--manyhands.dispatch.grace=0s");
    arguments.add("--manyhands.webhooks.first-retry=5ms");
    arguments.add("--manyhands.pools.solo.kind=virtual");
    arguments.add("--manyhands.pools.solo.workers=1");
    for (String setting : settings) {
      // Twice the same setting would be a list.
      String name = setting.substring(0, setting.indexOf('=') + 1);
      arguments.removeIf(argument -> argument.startsWith(name));
      arguments.add(setting);
    }
    service =
        new SpringApplicationBuilder(ManyhandsApplication.class)
            .initializers(context -> context.addBeanFactoryPostProcessor(parts))
            .run(arguments.toArray(String[]::new));
  }

  /// A service on a folder that outlives it.
  static Api on(Path data, String... settings) {
    return new Api(data, false, settings);
  }

  /// The same with some troubles.
  static Api troubled(Path data, BeanFactoryPostProcessor troubles, String... settings) {
    return new Api(data, false, troubles, settings);
  }

  private static Path modules(Path data) {
    try {
      Path modules = Files.createDirectories(data.resolve("modules"));
      Files.writeString(modules.resolve("mh_demo.py"), "def twice(n): return 2 * n\n");
      return modules;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path folder() {
    try {
      return Files.createTempDirectory("manyhands-api");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// An address of this machine that the service may send requests to: it alone, so that the others
  /// are refused as they are by default.
  static InetAddress reachable() {
    return InetAddress.ofLiteral("127.0.0.2");
  }

  <T> T bean(Class<T> type) {
    return service.getBean(type);
  }

  int port() {
    return Objects.requireNonNull(((WebServerApplicationContext) service).getWebServer()).getPort();
  }

  String key() throws IOException {
    return Files.readString(data.resolve("admin.key")).strip();
  }

  /// The database of its store, for a look at what no answer shows.
  Connection store() throws SQLException {
    return DriverManager.getConnection("jdbc:sqlite:" + data.resolve("manyhands.db"));
  }

  /// A request with the key, to be finished by the test.
  HttpRequest.Builder to(String path) throws IOException {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
        .timeout(PATIENCE)
        .header("Authorization", "Bearer " + key());
  }

  HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
    return client.send(request.build(), BodyHandlers.ofString());
  }

  /// An answer that is read as it comes.
  HttpResponse<InputStream> open(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return client.send(request.build(), BodyHandlers.ofInputStream());
  }

  CompletableFuture<HttpResponse<String>> sendLater(HttpRequest.Builder request) {
    return client.sendAsync(request.build(), BodyHandlers.ofString());
  }

  HttpResponse<String> get(String path, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request = to(path);
    return send(headers.length == 0 ? request : request.headers(headers));
  }

  HttpResponse<String> post(String path, String body, String... headers)
      throws IOException, InterruptedException {
    return post(path, BodyPublishers.ofByteArray(body.getBytes(UTF_8)), headers);
  }

  HttpResponse<String> post(String path, BodyPublisher body, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request = to(path).header("Content-Type", "application/json").POST(body);
    return send(headers.length == 0 ? request : request.headers(headers));
  }

  /// Posts a job of a Java function, waits for its end and gives its path.
  String run(String function, String inputs) throws IOException, InterruptedException {
    HttpResponse<String> answer = post("/v1/jobs", job(function, inputs), "Prefer", "wait=20");
    if (answer.statusCode() != 202) {
      throw new IllegalStateException(answer.statusCode() + " " + answer.body());
    }
    String path = "/v1/jobs/" + json(answer).get("id").stringValue();
    if (!json(answer).has("endedAt")) {
      ended(path);
    }
    return path;
  }

  /// The path of the newest job with the label `test`, as soon as it is there.
  String awaitJob(String label) {
    AtomicReference<String> found = new AtomicReference<>();
    Wait.untilSeen(
        "a job with the label " + label,
        () -> {
          for (JsonNode job : newest()) {
            if (job.get("labels").path("test").stringValue("").equals(label)) {
              found.set("/v1/jobs/" + job.get("id").stringValue());
            }
          }
          return found.get() != null;
        });
    return found.get();
  }

  private JsonNode newest() {
    try {
      return json(get("/v1/jobs?limit=20")).get("jobs");
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  static String job(String function, String inputs) {
    return "{\"function\":{\"type\":\"java\",\"name\":\""
        + function
        + "\"},\"inputs\":"
        + inputs
        + "}";
  }

  /// Posts a job and gives its path without waiting for it.
  String submit(String body) throws IOException, InterruptedException {
    HttpResponse<String> answer = post("/v1/jobs", body);
    if (answer.statusCode() != 202) {
      throw new IllegalStateException(answer.statusCode() + " " + answer.body());
    }
    return "/v1/jobs/" + json(answer).get("id").stringValue();
  }

  /// The job when it has ended.
  JsonNode ended(String job) throws IOException, InterruptedException {
    JsonNode now = json(get(job, "Prefer", "wait=20"));
    for (int waits = 1; !now.has("endedAt"); waits++) {
      if (waits == 4) {
        throw new AssertionError("not ended within 80 s: " + now);
      }
      now = json(get(job, "Prefer", "wait=20"));
    }
    return now;
  }

  /// A job that runs and so holds the only worker of the pool `solo` until it is killed.
  String block() throws IOException, InterruptedException {
    String body = job("sleep", "[60000]");
    String job = submit(body.replace("\"inputs\"", "\"pool\":\"solo\",\"inputs\""));
    Wait.untilSeen("it runs", () -> state(job).equals("running"));
    return job;
  }

  private String state(String job) {
    try {
      return json(get(job)).get("state").stringValue();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  void kill(String job) throws IOException, InterruptedException {
    post(job + "/cancel", "{\"mode\":\"kill\"}");
    ended(job);
  }

  static JsonNode json(HttpResponse<String> answer) {
    return MAPPER.readTree(answer.body());
  }

  @Override
  public void close() throws IOException {
    service.close();
    if (ownsData) {
      FileSystemUtils.deleteRecursively(data);
    }
  }
}
