package dev.manyhands.build;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.manyhands.testkit.Wait;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The containers of `docker-compose.yml` under a name, a port and passwords of their own, of an
/// image that is built of the jar of this build. They are gone after [#down()].
final class ComposedCluster {
  static final String IMAGE = "manyhands:smoke";
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  /// For a machine that does ten other things.
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final Path folder;
  private final String project = "manyhands-smoke-" + UUID.randomUUID().toString().substring(0, 8);
  private final List<String> services;
  private final Map<String, String> environment = new TreeMap<>();
  private final List<String> compose = new ArrayList<>();

  /// Starts the services that are named, and what these need.
  ///
  /// @param folder for secrets and what programs print
  ComposedCluster(Path folder, String... services) throws Exception {
    this.folder = folder;
    run(Path.of("src/container/secrets").toString(), folder.toString());
    environment.put("MANYHANDS_SECRETS", folder.resolve("secrets").toString());
    environment.put("MANYHANDS_IMAGE", IMAGE);
    compose.addAll(composeItself());
    compose.addAll(List.of("--env-file", folder.resolve(".env").toString(), "-p", project));

    build();
    this.services = List.of(services);
    choosePorts();
    up();
  }

  /// Directly before they are taken, and still others may be faster.
  private void choosePorts() throws IOException {
    environment.put("MANYHANDS_PORT", String.valueOf(freePort()));
    environment.put("PROMETHEUS_PORT", String.valueOf(freePort()));
  }

  /// As the engine says it.
  private static boolean isPortTaken(String error) {
    return error.contains("port is already allocated") || error.contains("address already in use");
  }

  /// One after the other: each starts the service on a port of this machine, and the second finds
  /// nothing left to do.
  private void build() throws Exception {
    Path jar = Path.of(System.getProperty("service.jar"));
    try (FileChannel file =
            FileChannel.open(
                jar.resolveSibling("image.lock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        FileLock _ = file.lock()) {
      String from = Path.of("").toAbsolutePath().relativize(jar).toString();
      run("docker", "build", "--network", "host", "-t", IMAGE, "--build-arg", "JAR=" + from, ".");
    }
  }

  /// Starts what is not there, or not any more.
  void up() throws Exception {
    try {
      start();
    } catch (AssertionError failed) {
      if (!isPortTaken(String.valueOf(failed.getMessage()))) {
        throw failed;
      }
      choosePorts();
      start();
    }
  }

  private void start() throws Exception {
    List<String> up = new ArrayList<>(List.of("up", "-d", "--no-build"));
    up.addAll(services);
    compose(up.toArray(String[]::new));
  }

  /// Two programs have read such files: one of its own, and a part of docker.
  private List<String> composeItself() throws Exception {
    try {
      run("docker-compose", "version");
      return List.of("docker-compose");
    } catch (IOException e) {
      return List.of("docker", "compose");
    }
  }

  void down() throws Exception {
    compose("down", "-v", "--remove-orphans", "-t", "5");
  }

  /// What it printed.
  String compose(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(compose);
    command.addAll(List.of(arguments));
    return run(command.toArray(String[]::new));
  }

  /// The name by which the engine has a network of the file.
  String network(String name) {
    return project + "_" + name;
  }

  /// The key of the API.
  String key() throws IOException {
    return Files.readString(folder.resolve("secrets/admin.key")).strip();
  }

  /// A variable of the file `.env`, such as `POSTGRES_PASSWORD`.
  String variable(String name) throws IOException {
    for (String line : Files.readAllLines(folder.resolve(".env"))) {
      if (line.startsWith(name + "=")) {
        return line.substring(name.length() + 1);
      }
    }
    throw new AssertionError("no " + name + " in .env");
  }

  /// The id of a service's container.
  String container(String service) throws Exception {
    return compose("ps", "-q", service).strip();
  }

  /// What Python prints in a service's container.
  String python(String service, String script) throws Exception {
    return compose("exec", "-T", service, "python3", "-c", script);
  }

  /// @param arguments the last is the path
  String curl(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("curl", "-sS", "--fail-with-body"));
    command.addAll(List.of("-H", "Authorization: Bearer " + key()));
    command.addAll(List.of(arguments).subList(0, arguments.length - 1));
    command.add(
        "http://127.0.0.1:" + environment.get("MANYHANDS_PORT") + arguments[arguments.length - 1]);
    return run(command.toArray(String[]::new));
  }

  /// The status of the answer to a request that is refused.
  String refused(String path) throws Exception {
    return curl("--no-fail-with-body", "-o", "/dev/null", "-w", "%{http_code}", path);
  }

  /// What Prometheus has under a path, where it is one of the services.
  ///
  /// @param arguments of curl
  JsonNode prometheus(String path, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("curl", "-sS", "--fail-with-body", "-G"));
    command.addAll(List.of(arguments));
    command.add("http://127.0.0.1:" + environment.get("PROMETHEUS_PORT") + path);
    return json(run(command.toArray(String[]::new))).get("data");
  }

  /// @param query such as `?view=values`, or nothing
  String post(String query, String job, String prefer) throws Exception {
    return curl(
        "-H",
        "Content-Type: application/json",
        "-H",
        "Prefer: " + prefer,
        "-d",
        job,
        "/v1/jobs" + query);
  }

  static JsonNode json(String text) {
    return MAPPER.readTree(text);
  }

  /// Asks until the answer is as wanted.
  JsonNode await(String path, String what, Predicate<JsonNode> wanted) throws Exception {
    return await(() -> json(curl(path)), what, wanted);
  }

  static JsonNode await(Callable<JsonNode> asked, String what, Predicate<JsonNode> wanted)
      throws Exception {
    return Wait.untilAnswered(PATIENCE, what, asked, wanted);
  }

  /// Asks until the image's own check of this service says that it is well.
  void awaitHealthy(String service) throws Exception {
    String id = container(service);
    Wait.untilAnswered(
        PATIENCE,
        service + " is healthy",
        () -> run("docker", "inspect", "-f", "{{.State.Health.Status}}", id).strip(),
        "healthy"::equals);
  }

  /// What it printed.
  String run(String... command) throws IOException, InterruptedException {
    Path output = Files.createTempFile(folder, "run", ".txt");
    ProcessBuilder builder = new ProcessBuilder(command).redirectOutput(output.toFile());
    Path errors = Files.createTempFile(folder, "run", ".err");
    builder.redirectError(errors.toFile());
    builder.environment().putAll(environment);
    Process process = builder.start();
    if (!process.waitFor(10, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      throw new AssertionError(List.of(command) + " did not end in 10 minutes");
    }
    String printed = Files.readString(output, UTF_8);
    if (process.exitValue() != 0) {
      throw new AssertionError(
          "%s ended with %d: %s%n%s"
              .formatted(
                  List.of(command), process.exitValue(), printed, Files.readString(errors, UTF_8)));
    }
    Files.delete(output);
    Files.delete(errors);
    return printed;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
