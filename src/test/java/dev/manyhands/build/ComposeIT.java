package dev.manyhands.build;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.testkit.Containers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// `docker-compose.yml` as the README has it: the image is built, the service is up with one
/// command, one curl gets the squares, and a worker that is killed while they are computed costs
/// nothing.
@ExtendWith(Containers.class)
class ComposeIT {
  private static final String IMAGE = "manyhands:smoke";

  /// A second of work on each of two workers, so that the kill comes in the middle.
  private static final String SLOW_SQUARES =
      "{\"function\": {\"type\": \"python\", \"name\": \"square\", \"source\": \"import time\\ndef"
          + " square(n):\\n    time.sleep(0.05)\\n    return n * n\"}, \"inputs\": %s}";

  /// Ends every Python process of the container but itself, as a machine that is out of memory
  /// would.
  private static final String KILL_WORKERS =
      """
      import os, signal
      killed = 0
      for pid in filter(str.isdigit, os.listdir("/proc")):
          try:
              name = open(f"/proc/{pid}/comm").read().strip()
              if name.startswith("python") and int(pid) != os.getpid():
                  os.kill(int(pid), signal.SIGKILL)
                  killed += 1
          except (FileNotFoundError, ProcessLookupError):
              pass
      print("killed", killed)
      """;

  private final String project = "manyhands-smoke-" + UUID.randomUUID().toString().substring(0, 8);
  private final Map<String, String> environment = new TreeMap<>();
  private List<String> compose = List.of();

  @TempDir Path folder;

  @BeforeEach
  void up() throws Exception {
    run(Path.of("src/container/secrets").toString(), folder.toString());
    environment.put("MANYHANDS_SECRETS", folder.resolve("secrets").toString());
    environment.put("MANYHANDS_IMAGE", IMAGE);
    environment.put("MANYHANDS_PORT", String.valueOf(freePort()));
    List<String> command = new ArrayList<>(composeItself());
    command.addAll(List.of("--env-file", folder.resolve(".env").toString(), "-p", project));
    compose = List.copyOf(command);

    Path jar = Path.of("").toAbsolutePath().relativize(Path.of(System.getProperty("service.jar")));
    run("docker", "build", "--network", "host", "-t", IMAGE, "--build-arg", "JAR=" + jar, ".");
    compose("up", "-d", "--no-build", "api");
    // As curl alone would wait: until it answers.
    curl(
        "--retry", "180", "--retry-delay", "1", "--retry-all-errors", "/actuator/health/readiness");
  }

  @AfterEach
  void down() throws Exception {
    compose("down", "-v", "--remove-orphans", "-t", "5");
  }

  @Test
  void oneCurlGetsTheSquaresAndAKilledWorkerCostsNothing() throws Exception {
    assertThat(post("?view=values", SLOW_SQUARES.formatted("[1, 2, 3, 4, 5]")))
        .isEqualTo("[1,4,9,16,25]");

    List<Integer> inputs = new ArrayList<>();
    List<Integer> squares = new ArrayList<>();
    for (int n = 0; n < 400; n++) {
      inputs.add(n);
      squares.add(n * n);
    }
    String job = id(curl(posting("", SLOW_SQUARES.formatted(inputs), "wait=0")));
    curl(
        "--retry",
        "0",
        "-N",
        "--max-time",
        "90",
        "/v1/jobs/" + job + "/results?order=completion&limit=1");
    assertThat(compose("exec", "-T", "api", "python3", "-c", KILL_WORKERS))
        .containsPattern("killed [1-9]");
    assertThat(curl("-H", "Prefer: wait=60", "/v1/jobs/" + job))
        .contains("\"state\":\"succeeded\"");
    assertThat(curl("/v1/jobs/" + job + "/results?view=values"))
        .isEqualTo(squares.toString().replace(" ", ""));
    assertThat(curl("/actuator/prometheus"))
        .containsPattern("manyhands_worker_deaths_total\\{[^}]*} [1-9]");
  }

  @Test
  void theServiceIsHeardOnThisMachineOnlyAndHasNoRights() throws Exception {
    String id = compose("ps", "-q", "api").strip();
    assertThat(run("docker", "port", id)).startsWith("8080/tcp -> 127.0.0.1:").hasLineCount(1);
    assertThat(
            compose(
                "exec",
                "-T",
                "api",
                "sh",
                "-c",
                "id -u; touch /opt/manyhands/x 2>&1; grep CapEff /proc/1/status"))
        .contains("10001")
        .contains("Read-only file system")
        .contains("0000000000000000");
    String info = curl("/v1/info");
    assertThat(info).contains("\"level\":\"hardened\"").doesNotContain("\"open\"");
  }

  private static String id(String job) {
    int at = job.indexOf("\"id\":\"") + 6;
    return job.substring(at, job.indexOf('"', at));
  }

  private String post(String query, String job) throws Exception {
    return curl(posting(query, job, "wait=30"));
  }

  private static String[] posting(String query, String job, String prefer) {
    return new String[] {
      "-H",
      "Content-Type: application/json",
      "-H",
      "Prefer: " + prefer,
      "-d",
      job,
      "/v1/jobs" + query
    };
  }

  /// @param arguments the last is the path
  private String curl(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("curl", "-sS", "--fail-with-body"));
    String key = Files.readString(folder.resolve("secrets/admin.key")).strip();
    command.addAll(List.of("-H", "Authorization: Bearer " + key));
    command.addAll(List.of(arguments).subList(0, arguments.length - 1));
    command.add(
        "http://127.0.0.1:" + environment.get("MANYHANDS_PORT") + arguments[arguments.length - 1]);
    return run(command.toArray(String[]::new));
  }

  private String compose(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(compose);
    command.addAll(List.of(arguments));
    return run(command.toArray(String[]::new));
  }

  /// Two programs have read such files: one of its own, and a part of docker.
  private List<String> composeItself() throws Exception {
    List<String> own = List.of("docker-compose");
    try {
      run("docker-compose", "version");
      return own;
    } catch (IOException e) {
      return List.of("docker", "compose");
    }
  }

  /// What it printed.
  private String run(String... command) throws IOException, InterruptedException {
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
    return printed;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
