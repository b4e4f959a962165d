package dev.manyhands.pool;

import static dev.manyhands.pool.PoolUnderTest.chunk;
import static dev.manyhands.pool.PoolUnderTest.function;
import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.job.Chunk;
import dev.manyhands.job.Function;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// How long worker processes are kept, and what happens while none can be started.
@Timeout(60)
class WarmWorkersTest {
  private static final String PID = "import os\ndef f(n): return os.getpid()  # ";

  @Test
  void aWorkerIsReplacedAfterSoManyTasks() throws Exception {
    ProcessSettings settings =
        new ProcessSettings(
            3,
            Duration.ofSeconds(10),
            ProcessSettings.DEFAULT.maxValue(),
            ProcessSettings.DEFAULT.maxOutput(),
            TaskLimits.UNSET);
    try (PoolUnderTest pool = new PoolUnderTest(1, settings)) {
      String first = pool.run(function(PID), "0", "1").values.get(0);
      assertThat(pool.run(function(PID), "0", "1").values.get(0)).isEqualTo(first);
      assertThat(pool.run(function(PID), "0").values.get(0)).isNotEqualTo(first);
    }
  }

  @Test
  void theWorkerUnusedForTheLongestTimeGivesWay() throws Exception {
    try (PoolUnderTest pool = new PoolUnderTest(1)) {
      String oldest = pool.run(function(PID + 0), "0").values.get(0);
      String kept = pool.run(function(PID + 1), "0").values.get(0);
      for (int other = 2; other < 4; other++) {
        pool.run(function(PID + other), "0");
      }
      assertThat(pool.run(function(PID + 1), "0").values.get(0)).isEqualTo(kept);
      assertThat(pool.run(function(PID + 0), "0").values.get(0)).isNotEqualTo(oldest);
    }
  }

  @Test
  void withoutAWorkerTheChunkWaitsAndTheReasonIsKnown(@TempDir Path folder) throws Exception {
    Path python = folder.resolve("python");
    script(python, "echo no luck; exit 3");
    Python.Found broken = new Python.Found(python, "3.11.0");
    try (PoolUnderTest pool = new PoolUnderTest(1, broken, ProcessSettings.DEFAULT)) {
      HeardSink sink = pool.start(chunk(function("def f(n): return n"), null, 0, "7"));
      while (pool.pool.unavailable().isEmpty()) {
        Thread.onSpinWait();
      }
      assertThat(pool.pool.unavailable().orElseThrow())
          .contains("ended with 3 at its start")
          .endsWith("no luck");
      assertThat(sink.answered()).isEmpty();
      script(python, "exec " + PoolUnderTest.python().executable() + " \"$@\"");
      assertThat(sink.awaitEnd().values).containsEntry(0, "7");
      assertThat(pool.pool.unavailable()).isEmpty();
    }
  }

  @Test
  void aChunkThatWaitsForAWorkerCanBeCancelled(@TempDir Path folder) throws Exception {
    Path python = folder.resolve("python");
    script(python, "exit 3");
    Python.Found broken = new Python.Found(python, "3.11.0");
    try (PoolUnderTest pool = new PoolUnderTest(1, broken, ProcessSettings.DEFAULT)) {
      Chunk chunk = chunk(function("def f(n): return n"), null, 0, "7");
      HeardSink sink = pool.start(chunk);
      pool.pool.cancel(chunk.id());
      assertThat(sink.awaitEnd().answered()).isEmpty();
    }
  }

  @Test
  void withoutPythonItsFunctionsFailWithTheReason() throws Exception {
    Python missing = Python.find("/no/such/python");
    try (PoolUnderTest pool = new PoolUnderTest(1, missing, ProcessSettings.DEFAULT)) {
      Function function = function("def f(n): return n");
      assertThat(pool.run(function, "1").error(0).message())
          .startsWith("expected a Python 3.9 or later at /no/such/python, got: ");
      assertThat(pool.pool.unavailable()).isPresent();
    }
  }

  @Test
  void anOldPythonIsNone(@TempDir Path folder) throws Exception {
    Path python = folder.resolve("python");
    script(python, "printf '/usr/bin/python3\\n3.8.10\\n'");
    assertThat(Python.find(python.toString()))
        .isEqualTo(
            new Python.Missing(
                "expected a Python 3.9 or later at " + python + ", got: /usr/bin/python3\n3.8.10"));
  }

  @Test
  void onlyTheProcessThatWasStartedMayConnect(@TempDir Path folder) throws Exception {
    Path python = folder.resolve("python");
    String real = PoolUnderTest.python().executable().toString();
    script(
        python,
        "("
            + real
            + " -c \"import socket, sys; s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]);"
            + " s.sendall(b'x' * 16); s.recv(1)\" $4 < /dev/null)\nexec "
            + real
            + " \"$@\"");
    Python.Found impersonated = new Python.Found(python, "3.11.0");
    try (PoolUnderTest pool = new PoolUnderTest(1, impersonated, ProcessSettings.DEFAULT)) {
      assertThat(pool.run(function("def f(n): return n"), "7").values).containsEntry(0, "7");
    }
  }

  private static void script(Path file, String text) throws Exception {
    Path fresh = file.resolveSibling("fresh");
    Files.writeString(fresh, "#!/bin/sh\n" + text + "\n");
    Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.move(fresh, file, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
  }
}
