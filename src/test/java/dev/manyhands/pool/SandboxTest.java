package dev.manyhands.pool;

import static dev.manyhands.pool.PoolUnderTest.chunk;
import static dev.manyhands.pool.PoolUnderTest.command;
import static dev.manyhands.pool.PoolUnderTest.function;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.manyhands.job.Function;
import dev.manyhands.testkit.Wait;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What task code cannot do behind the walls, and what it can; each deed succeeds without them.
@Timeout(180)
class SandboxTest {
  /// Says `done`, or the name of the error.
  private static final String TRY =
      """
      import ctypes, os, signal, socket, subprocess
      libc = ctypes.CDLL(None, use_errno=True)
      def call(name, *args):
          if getattr(libc, name)(*args) < 0: raise OSError(ctypes.get_errno(), name)
      service = SERVICE
      def deed():
          return DEED
      def f(n):
          try: deed()
          except OSError as e: return type(e).__name__
          return 'done'
      """;

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "os.kill(service, 0)",
        "os.kill(-1, 0)",
        "os.kill(-os.getpgid(service), 0)",
        "os.kill(os.getppid(), 0)",
        "open(f'/proc/{service}/environ').read(1)",
        "open(f'/proc/{service}/mem', 'rb').close()",
        "call('ptrace', 16, os.getppid(), 0, 0)",
        "__import__('resource').prlimit(service, 7)",
        "os.sched_setaffinity(service, os.sched_getaffinity(service))",
        "os.setpriority(os.PRIO_PROCESS, service, 19)",
        "call('unshare', 0x10000000)",
        "os.listdir('/')",
        "os.listdir('..')",
        "open('../probe', 'w')",
        // Nothing of the machine's own: without walls the deed is done.
        "open('OUTSIDE', 'a').close()",
        "os.truncate('OUTSIDE', 100)",
        "open('OUTSIDE').read()",
        "socket.socket(socket.AF_INET, socket.SOCK_DGRAM)",
        "socket.socket(socket.AF_INET6)",
        "socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)",
        "call('syscall', 425, 1, 0)",
        "call('syscall', 321, 0, 0, 0)",
      })
  void behindTheWallsThisIsRefused(String template) throws Exception {
    Path outside = Files.writeString(folder.resolve("outside"), "x");
    String deed = template.replace("OUTSIDE", outside.toString());
    Function function =
        function(TRY.replace("SERVICE", "" + ProcessHandle.current().pid()).replace("DEED", deed));
    try (PoolUnderTest pool = pool(PoolUnderTest.hardened(List.of()))) {
      assertThat(pool.run(function, "1").values.get(0)).isIn("\"PermissionError\"", "\"OSError\"");
    }
  }

  @Test
  void aCommandIsBehindTheSameWalls() throws Exception {
    Files.writeString(folder.resolve("secret"), "x");
    String secret = folder.resolve("secret").toString();
    try (PoolUnderTest pool = pool(PoolUnderTest.hardened(List.of()))) {
      HeardSink sink = pool.run(chunk(command("cat", "{}"), null, 0, "\"" + secret + "\""));
      assertThat(Objects.requireNonNull(sink.error(0).exit()).stderr())
          .contains("Permission denied");
      sink = pool.run(command("sh", "-c", "echo {} > own && cat own"), "\"text\"");
      assertThat(sink.values).containsEntry(0, "\"text\"");
    }
  }

  @Test
  void withoutWallsAllIsOpenAndSaidSo() throws Exception {
    Path secret = Files.writeString(folder.resolve("secret"), "x");
    try (PoolUnderTest pool = pool(Sandbox.NONE)) {
      assertThat(pool.run(command("cat", "{}"), "\"" + secret + "\"").values)
          .containsEntry(0, "\"x\"");
    }
    WallsTrial trial = begun(PoolUnderTest.python(), Sandbox.NONE);
    trial.afterSingletonsInstantiated();
    assertThat(trial.walls()).isEqualTo(new Walls("none", java.util.Map.of()));
  }

  @Test
  void whatIsAllowedMayBeReadButNeverTheDataFolderWithinIt() throws Exception {
    Path data = Files.createDirectory(folder.resolve("data"));
    Files.writeString(data.resolve("admin.key"), "secret");
    Files.writeString(folder.resolve("open"), "o");
    Sandbox sandbox =
        new Sandbox(
            new SandboxSettings(SandboxSettings.Level.HARDENED, false, List.of(folder), List.of()),
            List.of(data));
    Function read =
        function(
            "def f(path):\n    try: return open(path).read()\n    except OSError as e: return type(e).__name__");
    try (PoolUnderTest pool = pool(sandbox)) {
      HeardSink sink =
          pool.run(
              read, "\"" + folder.resolve("open") + "\"", "\"" + data.resolve("admin.key") + "\"");
      assertThat(sink.values.values()).containsExactly("\"o\"", "\"PermissionError\"");
    }
  }

  @Test
  void theNetworkIsOpenWhereItIsAllowed() throws Exception {
    Sandbox sandbox =
        new Sandbox(
            new SandboxSettings(SandboxSettings.Level.HARDENED, true, List.of(), List.of()),
            List.of());
    try (ServerSocket server = new ServerSocket(0);
        PoolUnderTest pool = pool(sandbox)) {
      Function connect =
          function(
              "import socket\ndef f(port):\n    socket.create_connection(('localhost', port)).close()\n    return 'done'");
      assertThat(pool.run(connect, "" + server.getLocalPort()).values).containsEntry(0, "\"done\"");
    }
  }

  @Test
  void theTrialFindsEveryWallClosed() {
    WallsTrial trial = begun(PoolUnderTest.python(), PoolUnderTest.hardened(List.of()));
    trial.afterSingletonsInstantiated();
    assertThat(trial.walls().level()).isEqualTo("hardened");
    assertThat(trial.walls().each())
        .containsEntry("data", "closed")
        .containsEntry("files", "closed")
        .containsEntry("memory", "closed")
        .containsEntry("service", "closed")
        .containsEntry("namespaces", "closed")
        .containsEntry("kernel", "closed")
        .containsEntry("privileges", "closed")
        .containsEntry("network", "closed")
        .hasSize(10);
  }

  private static WallsTrial begun(Python python, Sandbox sandbox) {
    WallsTrial trial = new WallsTrial(python, sandbox);
    trial.begin();
    return trial;
  }

  @Test
  void theTrialLeavesNoProcessBehind() throws Exception {
    // In a session of its own, so that whatever it leaves can be told from others' processes.
    Path python = folder.resolve("python");
    Path session = folder.resolve("session");
    String real = PoolUnderTest.python().executable().toString();
    Files.writeString(
        python, "#!/bin/sh\necho $$ > " + session + "\nexec setsid " + real + " \"$@\"\n");
    assertThat(python.toFile().setExecutable(true)).isTrue();
    WallsTrial trial = begun(new Python.Found(python, "3.11.0"), PoolUnderTest.hardened(List.of()));
    trial.afterSingletonsInstantiated();
    String number = Files.readString(session).strip();
    Wait.untilSeen("the trial's session has no process any more", () -> isEmpty(number));
  }

  private static boolean isEmpty(String session) {
    return ProcessHandle.allProcesses()
        .map(process -> Path.of("/proc", "" + process.pid(), "stat"))
        .map(SandboxTest::fields)
        .noneMatch(fields -> fields.length > 3 && fields[3].equals(session));
  }

  /// What stands after the name of the process: state, parent, group, session, ...
  private static String[] fields(Path stat) {
    try {
      String line = Files.readString(stat);
      return line.substring(line.lastIndexOf(')') + 2).split(" ");
    } catch (IOException gone) {
      return new String[0];
    }
  }

  @Test
  void aWallThatDoesNotHoldStopsTheStart() throws Exception {
    Path python = folder.resolve("python");
    Files.writeString(
        python, "#!/bin/sh\necho '{\"landlock\": 1, \"walls\": {\"files\": \"open\"}}'\n");
    assertThat(python.toFile().setExecutable(true)).isTrue();
    WallsTrial trial = begun(new Python.Found(python, "3.11.0"), PoolUnderTest.hardened(List.of()));
    assertThatThrownBy(trial::afterSingletonsInstantiated)
        .isInstanceOf(SandboxUnreachable.class)
        .hasMessageContaining("the wall files does not hold: open");
  }

  @Test
  void aMachineWithoutTheMeansStopsTheStartWithTheReason() throws Exception {
    Path python = folder.resolve("python");
    Files.writeString(python, "#!/bin/sh\necho '{\"missing\": \"no Landlock (on purpose)\"}'\n");
    assertThat(python.toFile().setExecutable(true)).isTrue();
    WallsTrial trial = begun(new Python.Found(python, "3.11.0"), PoolUnderTest.hardened(List.of()));
    assertThatThrownBy(trial::afterSingletonsInstantiated)
        .hasMessageContaining("no Landlock (on purpose)");
  }

  @Test
  void withoutPythonNoCommandRunsUnwalled() throws Exception {
    Python missing = new Python.Missing("there is no Python (on purpose)");
    try (PoolUnderTest pool =
        new PoolUnderTest(1, PoolUnderTest.PATIENT, missing, PoolUnderTest.hardened(List.of()))) {
      assertThat(pool.run(command("true"), "1").error(0).type()).isEqualTo("SandboxUnavailable");
    }
  }

  private static PoolUnderTest pool(Sandbox sandbox) throws IOException {
    return new PoolUnderTest(1, PoolUnderTest.PATIENT, PoolUnderTest.python(), sandbox);
  }
}
