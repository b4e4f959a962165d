package dev.manyhands.testkit;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// The service as a process of its own, ready when it is given out, on a port that the system
/// chose.
///
/// Its Java is that of the test. Start it through [Services], which ends it and prints its log when
/// the test fails.
public final class RunningService implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Path data;
  private final Program program;
  private final List<String> settings;
  private final Process process;
  private final ServiceLog log;
  private volatile List<ProcessHandle> family = List.of();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(PATIENCE).build();

  private RunningService(Path data, Program program, List<String> settings, Process process) {
    this.data = data;
    this.program = program;
    this.settings = settings;
    this.process = process;
    log = new ServiceLog(process.getInputStream());
  }

  /// Starts the process and returns at once; [#awaitReady] comes next.
  static RunningService launch(Path data, Program program, List<String> settings)
      throws IOException {
    List<String> command = new ArrayList<>(program.below());
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(program.flags());
    command.add("-Djava.io.tmpdir=" + Files.createDirectories(temporary(data)));
    command.addAll(program.what());
    command.addAll(List.of("--server.port=0", "--manyhands.data=" + data));
    command.addAll(settings);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    return new RunningService(data, program, settings, process);
  }

  /// Returns when it is ready, and all that it needs is there.
  ///
  /// @throws IllegalStateException if it ended before it was ready
  /// @throws IOException if it ended after that
  public void awaitReady() throws IOException, InterruptedException {
    URI health = URI.create(url() + "/actuator/health");
    try {
      Wait.untilAnswered(
          PATIENCE,
          "its health is good",
          () -> {
            HttpResponse<String> answer = send(HttpRequest.newBuilder(health).timeout(PATIENCE));
            return answer.statusCode() + " " + answer.body();
          },
          answer -> answer.startsWith("200 "));
    } catch (IOException | InterruptedException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e); // none of a request's
    }
  }

  /// Such as `http://127.0.0.1:41234`.
  public String url() throws InterruptedException {
    return "http://127.0.0.1:" + log.awaitReady(PATIENCE);
  }

  public Path data() {
    return data;
  }

  /// The folder for all that it needs for a while, kept by its next start.
  public Path temporary() {
    return temporary(data);
  }

  private static Path temporary(Path data) {
    return data.resolveSibling(data.getFileName() + ".tmp");
  }

  public Path keyFile() {
    return data.resolve("admin.key");
  }

  public long pid() {
    return process.pid();
  }

  /// The processes that run its task code: each is below its keeper, which is below the service.
  public List<ProcessHandle> workers() {
    return process.children().flatMap(ProcessHandle::children).toList();
  }

  /// All that it printed so far.
  public String log() {
    return log.toString();
  }

  /// @param headers names and values in turn
  public HttpResponse<String> get(String path, String... headers)
      throws IOException, InterruptedException {
    return send(to(path, headers).GET());
  }

  /// Posts JSON.
  ///
  /// @param headers names and values in turn
  public HttpResponse<String> post(String path, String json, String... headers)
      throws IOException, InterruptedException {
    return send(
        to(path, headers)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(json)));
  }

  /// A request to a path of this service, with the key.
  ///
  /// @param headers names and values in turn
  public HttpRequest.Builder to(String path, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url() + path))
            .timeout(Duration.ofSeconds(90))
            .header("Authorization", "Bearer " + Files.readString(keyFile()).strip());
    return headers.length == 0 ? request : request.headers(headers);
  }

  public HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return client.send(request.build(), BodyHandlers.ofString());
  }

  /// `kill -9`: it learns nothing and writes nothing more. Returns when the process is gone, and
  /// with it all that it had started: its workers go on for a moment, and start tasks.
  public void kill() throws InterruptedException {
    strike();
    awaitGone();
  }

  private void strike() {
    if (process.isAlive()) {
      family = process.descendants().toList();
    }
    process.destroyForcibly();
  }

  /// All that it had started and that lived when it was killed.
  public List<ProcessHandle> family() {
    return family;
  }

  /// The same after a time, which this does not wait for.
  public void killAfter(Duration time) {
    CompletableFuture.delayedExecutor(time.toNanos(), TimeUnit.NANOSECONDS).execute(this::strike);
  }

  /// It stands still, with all connections open, until [#thaw].
  public void freeze() throws IOException, InterruptedException {
    signal("STOP");
  }

  public void thaw() throws IOException, InterruptedException {
    signal("CONT");
  }

  private void signal(String name) throws IOException, InterruptedException {
    int code = new ProcessBuilder("kill", "-" + name, Long.toString(pid())).start().waitFor();
    if (code != 0) {
      throw new IllegalStateException("kill -" + name + " of " + pid() + " ended with " + code);
    }
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /// Asks it to stop, as a terminal's Ctrl-C does, and returns at once. What it says of that is in
  /// its log: [Process#destroy] would close the streams.
  public void askToStop() {
    process.toHandle().destroy();
  }

  /// The same; returns when the process is gone.
  ///
  /// @return its exit code
  public int stop() throws InterruptedException {
    askToStop();
    awaitGone();
    return process.exitValue();
  }

  /// A new process on the same data folder with the same settings; this one must be gone.
  RunningService relaunch() throws IOException {
    if (process.isAlive()) {
      throw new IllegalStateException("still alive: " + pid());
    }
    return launch(data, program, settings);
  }

  /// Stops it if it still lives, by force if it does not obey.
  @Override
  public void close() {
    client.shutdownNow();
    askToStop();
    try {
      if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        throw new IllegalStateException("did not stop within " + PATIENCE + ":\n" + log);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      process.destroyForcibly();
    }
  }

  /// Whether the process ends by itself within a time.
  public boolean isGoneWithin(Duration patience) throws InterruptedException {
    boolean gone = process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
    if (gone) {
      awaitGone();
    }
    return gone;
  }

  /// Its exit code, once it is gone.
  public int exitCode() {
    return process.exitValue();
  }

  private void awaitGone() throws InterruptedException {
    if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      throw new IllegalStateException("still alive after " + PATIENCE + ":\n" + log);
    }
    log.awaitEnd(PATIENCE);
    // There are some only if it was killed.
    Wait.untilSeen(
        "what a killed service had started has ended",
        () -> family.stream().noneMatch(ProcessHandle::isAlive));
  }
}
