package dev.manyhands;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.history.Remains;
import dev.manyhands.testkit.Program;
import dev.manyhands.testkit.RunningService;
import dev.manyhands.testkit.Services;
import dev.manyhands.testkit.Wait;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The service as a user without any rights, which is how it should run: only then does the kernel
/// hold its tasks to a number of processes, and its files to their modes.
class OrdinaryUserIT {
  /// Of nobody else, lest others' processes count. A test that is not root itself is such a user.
  private static final int USER = 60_000 + (int) (ProcessHandle.current().pid() % 5000);

  private static final Pattern UID = Pattern.compile("\\nUid:\\t(\\d+)");
  private static final Pattern THREADS = Pattern.compile("\\nThreads:\\t(\\d+)");
  private static final int PROCESSES = 100;
  private static final int PATIENCE_SECONDS = 60;

  @RegisterExtension final Services services = new Services();

  @TempDir Path folder;

  private RunningService service;

  @BeforeEach
  void start() throws Exception {
    Path place = Files.createDirectory(folder.resolve("place"));
    Path data = place.resolve("data");
    Program program = Program.packaged();
    if (Files.getAttribute(folder, "unix:uid").equals(0)) {
      program = program.as(USER);
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
      // Its temporary folder too, which is made before it starts.
      for (Path own : List.of(place, Files.createDirectory(place.resolve("data.tmp")))) {
        Files.setAttribute(own, "unix:uid", USER);
      }
    }
    service = services.begin(program, data, "--manyhands.processes.limits.processes=" + PROCESSES);
    service.awaitReady();
    assertThat(Files.readString(Path.of("/proc", "" + service.pid(), "status")))
        .containsPattern("Uid:\\t[1-9]")
        .containsPattern("CapEff:\\t0+\\n")
        .contains("NoNewPrivs:\t1");
  }

  @Test
  @Timeout(180)
  void aTaskThatForksWithoutEndMeetsItsLimitAndNobodyElseDoes() throws Exception {
    int before = threadsOfItsUser();
    String bomb =
        submit(
            "import os, time\\ndef f(n):\\n"
                + "    while True:\\n"
                + "        if os.fork() == 0: time.sleep(600)",
            "[1]");
    JsonNode ended = json("/v1/jobs/" + bomb, "Prefer", "wait=" + PATIENCE_SECONDS);
    assertThat(ended.path("state").asString()).as("%s", ended).isEqualTo("failed");
    JsonNode error = json("/v1/jobs/" + bomb + "/tasks/0").path("error");
    assertThat(error.path("type").asString()).as("%s", error).isEqualTo("ProcessesLimit");
    // Of the user's own there were those that all had had, and so many more.
    assertThat(error.path("message").asString()).contains("at most " + PROCESSES);

    String next = submit("def f(n): return n * n", "[7]");
    assertThat(json("/v1/jobs/" + next, "Prefer", "wait=60").path("state").asString())
        .isEqualTo("succeeded");
    assertThat(service.get("/actuator/health").body()).contains("\"UP\"");
    Wait.untilSeen("all of it is gone", () -> threadsOfItsUser() < before + PROCESSES);
  }

  @Test
  @Timeout(180)
  void theWallsStandAndFoldersAreItsOwnersOnly() throws Exception {
    JsonNode sandbox = json("/v1/info").path("sandbox");
    assertThat(sandbox.path("level").asString()).as("%s", sandbox).isEqualTo("hardened");
    assertThat(sandbox.path("walls").toString()).doesNotContain("open");

    String spy =
        submit(
            """
            import os, signal
            def tried(deed):
                try: return repr(deed())
                except OSError as e: return type(e).__name__
            def f(key):
                return [tried(lambda: open(key).read()), tried(lambda: os.kill(%d, 0)),
                        tried(lambda: os.listdir('..')), oct(os.stat('.').st_mode)[-3:]]
            """
                .formatted(service.pid())
                .replace("\n", "\\n"),
            "[\"" + service.keyFile() + "\"]");
    HttpResponse<String> values =
        service.get("/v1/jobs/" + spy + "/results?view=values", "Prefer", "wait=60");
    assertThat(values.body())
        .isEqualTo("[[\"PermissionError\",\"PermissionError\",\"PermissionError\",\"700\"]]");

    assertThat(mode(service.data())).isEqualTo("rwx------");
    assertThat(mode(service.keyFile())).isEqualTo("rw-------");
    assertThat(mode(service.data().resolve("manyhands.db"))).isEqualTo("rw-------");
    List<Path> scratch;
    try (Stream<Path> all = Files.list(service.temporary())) {
      scratch = all.filter(one -> one.getFileName().toString().startsWith("mh-")).toList();
    }
    assertThat(scratch).isNotEmpty();
    for (Path one : scratch) {
      assertThat(mode(one)).isEqualTo("rwx------");
    }

    service.kill();
    Remains.after(service).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  private static String mode(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  private String submit(String source, String inputs) throws Exception {
    HttpResponse<String> answer =
        service.post(
            "/v1/jobs",
            "{\"function\":{\"type\":\"python\",\"name\":\"f\",\"source\":\""
                + source
                + "\"},\"timeout\":\"PT40S\",\"inputs\":"
                + inputs
                + "}");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    return JsonMapper.shared().readTree(answer.body()).path("id").stringValue();
  }

  private JsonNode json(String path, String... headers) throws Exception {
    return JsonMapper.shared().readTree(service.get(path, headers).body());
  }

  /// What others do on the machine does not count.
  private int threadsOfItsUser() {
    String user = find(UID, status(Path.of("/proc", "" + service.pid())));
    try (Stream<Path> all = Files.list(Path.of("/proc"))) {
      return all.filter(one -> one.getFileName().toString().matches("[0-9]+"))
          .map(OrdinaryUserIT::status)
          .filter(status -> find(UID, status).equals(user))
          .mapToInt(status -> Integer.parseInt(find(THREADS, status)))
          .sum();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /// Empty: it has ended.
  private static String status(Path process) {
    try {
      return Files.readString(process.resolve("status"));
    } catch (IOException gone) {
      return "";
    }
  }

  private static String find(Pattern what, String status) {
    Matcher found = what.matcher(status);
    return found.find() ? found.group(1) : "";
  }
}
