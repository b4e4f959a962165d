package dev.manyhands.pool;

import static dev.manyhands.pool.PoolUnderTest.chunk;
import static dev.manyhands.pool.PoolUnderTest.command;
import static dev.manyhands.pool.PoolUnderTest.function;
import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.job.Chunk;
import dev.manyhands.job.Function;
import dev.manyhands.job.Outcome;
import dev.manyhands.testkit.Wait;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Whatever a task starts ends with it, and whatever it writes into its folder goes with it.
@Timeout(180)
class NothingLeftTest {
  /// Forks twice, with a session of its own, deaf to SIGTERM, and with the task's output open.
  private static final String DAEMON =
      """
      import os, signal, time
      def daemon():
          told, tell = os.pipe()
          if os.fork() == 0:
              os.setsid()
              signal.signal(signal.SIGTERM, signal.SIG_IGN)
              signal.signal(signal.SIGHUP, signal.SIG_IGN)
              if os.fork() == 0:
                  os.write(tell, str(os.getpid()).encode())
                  time.sleep(600)
              os._exit(0)
          return int(os.read(told, 20))
      """;

  /// Tasks may write here.
  @TempDir Path folder;

  private PoolUnderTest pool;

  @BeforeEach
  void open() throws Exception {
    pool =
        new PoolUnderTest(
            1,
            PoolUnderTest.PATIENT,
            PoolUnderTest.python(),
            PoolUnderTest.hardened(List.of(folder)));
  }

  @AfterEach
  void close() {
    pool.close();
  }

  @Test
  void aDaemonEndsWithTheTaskThatStartedIt() throws Exception {
    HeardSink sink = pool.run(function(DAEMON + "def f(n): return daemon()"), "1");

    // Not only soon: it is gone before the task is answered.
    assertThat(Files.exists(proc(sink.values.get(0)))).isFalse();
  }

  @Test
  void daemonsEndWithTheWorkerThatDies() throws Exception {
    Path said = folder.resolve("pid");
    pool.run(
        function(
            DAEMON
                + "def f(n):\n    open('"
                + said
                + "', 'w').write(str(daemon()))\n    os._exit(1)"),
        "1");
    assertThat(Files.exists(proc(Files.readString(said)))).isFalse();
  }

  @Test
  void daemonsEndWithTheTaskThatIsTimedOut() throws Exception {
    Path said = folder.resolve("pid");
    Function function =
        function(
            DAEMON
                + "def f(n):\n    open('"
                + said
                + "', 'w').write(str(daemon()))\n    time.sleep(60)");
    // Time enough to fork twice.
    HeardSink sink = pool.run(chunk(function, Duration.ofSeconds(10), 0, "1"));
    assertThat(sink.outcome(0)).isEqualTo(Outcome.TIMED_OUT);
    assertThat(Files.exists(proc(Files.readString(said)))).isFalse();
  }

  @Test
  void aCommandsDaemonEndsWithIt() throws Exception {
    HeardSink sink =
        pool.run(
            command("sh", "-c", "(trap '' TERM HUP; setsid sleep 600 & echo $!) & wait"), "1", "2");
    assertThat(sink.values).hasSize(2);
    for (String value : sink.values.values()) {
      assertThat(Files.exists(proc(value.replace("\"", "")))).isFalse();
    }
  }

  @Test
  void aCancelledCommandLeavesNoDescendant() throws Exception {
    Path said = folder.resolve("pid");
    Chunk chunk =
        chunk(
            command(
                "sh",
                "-c",
                "(setsid sleep 600 & echo $! > "
                    + said
                    + ".new; mv "
                    + said
                    + ".new "
                    + said
                    + ") & sleep 600"),
            null,
            0,
            "1");
    HeardSink sink = pool.start(chunk);
    Wait.untilSeen("the command has started its daemon", () -> Files.exists(said));
    pool.pool.cancel(chunk.id());
    sink.awaitEnd();
    assertThat(Files.exists(proc(Files.readString(said).strip()))).isFalse();
  }

  @Test
  void whatSetupStartedLivesAsLongAsItsWorker() throws Exception {
    Function function =
        new Function.Python(
            """
            import os, subprocess
            def up():
                global helper
                helper = subprocess.Popen(['sleep', '600'])
                open('kept', 'w').close()
            def f(n):
                subprocess.Popen(['sleep', '600'])
                open(str(n), 'w').close()
                return [helper.poll(), sorted(os.listdir('.'))]
            """,
            "f",
            "up",
            false);
    pool.run(function, "1");
    assertThat(pool.run(function, "2").values).containsEntry(0, "[null,[\"2\",\"kept\"]]");
  }

  @Test
  @Timeout(600) // a busy machine starts and ends the processes of a thousand tasks
  void aThousandTasksLeaveNoZombieAndNoOpenFile() throws Exception {
    String[] inputs = IntStream.range(0, 250).mapToObj(String::valueOf).toArray(String[]::new);
    Function leaving = command("sh", "-c", "setsid sleep 600 & echo {}");
    Function forking =
        function(
            "import os\ndef f(n):\n    if os.fork() == 0: os._exit(0)\n    return len(os.listdir('/proc/self/fd'))");
    pool.run(leaving, "0");
    String ofWorker = pool.run(forking, "0").values.get(0);
    long files = openFiles();
    for (int round = 0; round < 2; round++) {
      assertThat(pool.start(chunk(leaving, null, 0, inputs)).awaitEnd(120).failures).isEmpty();
      assertThat(pool.start(chunk(forking, null, 0, inputs)).awaitEnd(120).values.values())
          .containsOnly(ofWorker);
    }
    // A spare worker process may have come meanwhile.
    assertThat(openFiles()).isLessThan(files + 20);
    assertThat(ProcessHandle.current().descendants().filter(NothingLeftTest::isZombie)).isEmpty();
  }

  @Test
  void theNextTaskFindsAnEmptyFolder(@TempDir Path outside) throws Exception {
    Path precious = Files.writeString(outside.resolve("precious"), "x");
    Function function =
        function(
            """
            import os
            def f(n):
                seen = os.listdir('.')
                if seen:
                    return [seen]
                os.makedirs('a/' * 60 + 'b')
                open('a/a/file', 'w').close()
                os.chmod('a/a/a', 0)
                os.symlink('%s', 'link')
                os.symlink('%s', 'a/link')
                os.chdir('/')
                return [seen, os.environ['HOME']]
            """
                .formatted(outside, outside));
    pool.run(function, "1");
    String value = Objects.requireNonNull(pool.run(function, "2").values.get(0));
    assertThat(value).startsWith("[[],");
    assertThat(precious).exists();
  }

  @Test
  void theFolderOfAWorkerIsRemovedWithIt() throws Exception {
    Path said = folder.resolve("home");
    Function function =
        function(
            """
            import os
            def f(n):
                os.makedirs('a/b')
                os.chmod('a', 0)
                open('%s', 'w').write(os.getcwd())
                os._exit(1)
            """
                .formatted(said));
    pool.run(function, "1");
    Path home = Path.of(Files.readString(said));
    Wait.untilSeen("its folder is gone", () -> Files.notExists(home));
  }

  @Test
  @Timeout(300) // a slow disk makes 30,000 folders, moves them and removes them
  void aFolderNestedDeeperThanFilesMayBeOpenIsRemovedWithItsWorker() throws Exception {
    Path home = Files.createDirectory(folder.resolve("home"));
    Process nest =
        new ProcessBuilder(
                PoolUnderTest.python().executable().toString(),
                "-c",
                "import os\nfor i in range(30000):\n    os.mkdir('d'); os.chdir('d')\n"
                    + "os.chmod('.', 0)")
            .directory(home.toFile())
            .inheritIO()
            .start();
    assertThat(nest.waitFor()).isZero();
    PrivateFolder.delete(home);
    assertThat(home).doesNotExist();
  }

  private static Path proc(@Nullable String pid) {
    return Path.of("/proc", Objects.requireNonNull(pid));
  }

  private static long openFiles() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
      return files.count();
    }
  }

  private static boolean isZombie(ProcessHandle process) {
    try {
      return Files.readString(Path.of("/proc", "" + process.pid(), "stat")).contains(") Z ");
    } catch (IOException gone) {
      return false;
    }
  }
}
