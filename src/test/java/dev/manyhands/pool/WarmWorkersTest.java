package dev.manyhands.pool;

import static dev.manyhands.pool.PoolUnderTest.chunk;
import static dev.manyhands.pool.PoolUnderTest.function;
import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.job.Chunk;
import dev.manyhands.job.Function;
import dev.manyhands.testkit.Wait;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.unit.DataSize;

/// How long worker processes are kept, and what happens while none can be started.
@Timeout(180)
class WarmWorkersTest {
  private static final String PID = "import os\ndef f(n): return os.getpid()  # ";

  @Test
  void aWorkerIsReplacedAfterSoManyTasks() throws Exception {
    ProcessSettings settings =
        new ProcessSettings(
            3,
            PoolUnderTest.PATIENT.startTimeout(),
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
  void aPoolThatReplacesEachWorkerAtOnceDoesNotStall() throws Exception {
    try (PoolUnderTest pool = new PoolUnderTest(2, recycling(1, 0, 0))) {
      List<HeardSink> sinks = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        Wait.untilSeen("a worker is free", () -> pool.pool.busy() < 2);
        sinks.add(pool.start(chunk(function(PID), null, 0, "0")));
      }
      Set<String> workers = new HashSet<>();
      for (HeardSink sink : sinks) {
        workers.add(sink.awaitEnd().values.get(0));
      }
      assertThat(workers).hasSize(12);
    }
  }

  @Test
  void aWorkerAboveTheMarkGoesWhenItsSuccessorIsThere(@TempDir Path folder) throws Exception {
    Path python = folder.resolve("python");
    Path hold = folder.resolve("hold");
    script(
        python,
        "while [ -e %s ]; do sleep 0.02; done\nexec %s \"$@\""
            .formatted(hold, PoolUnderTest.python().executable()));
    Python.Found held = new Python.Found(python, "3.11.0");
    // No worker starts any more from the first load on.
    Function large =
        function(
            "import os\nkept = bytearray(64 << 20)\nopen('"
                + hold
                + "', 'w')\ndef f(n): return os.getpid()");
    try (PoolUnderTest pool = new PoolUnderTest(1, recycling(0, 32, 0), held, Sandbox.NONE)) {
      // Others may have been starting by then, as a spare or in its place.
      AtomicReference<String> ran = new AtomicReference<>("");
      String last =
          Wait.untilAnswered(
              Wait.LIMIT,
              "two runs in a row in one worker, without a successor",
              () -> {
                String now = Objects.requireNonNull(pool.run(large, "0").values.get(0));
                return ran.getAndSet(now).equals(now) ? now : "";
              },
              same -> !same.isEmpty());
      Files.delete(hold);
      untilGone(last);
      assertThat(pool.run(large, "0").values.get(0)).isNotEqualTo(last);
      Files.delete(hold);
    }
  }

  @Test
  void aWorkerBelowTheMarkStays() throws Exception {
    try (PoolUnderTest pool = new PoolUnderTest(1, recycling(0, 512, 0))) {
      String small = pool.run(function(PID), "0").values.get(0);
      Wait.untilSeen("a spare is there", () -> pool.hasSpareBeside(small));
      assertThat(pool.run(function(PID), "0").values.get(0)).isEqualTo(small);
    }
  }

  @Test
  void aWorkerThatHasNoWorkForLongIsEnded() throws Exception {
    try (PoolUnderTest pool = new PoolUnderTest(1, recycling(0, 0, 100))) {
      String idle = pool.run(function(PID), "0").values.get(0);
      untilGone(idle);
      assertThat(pool.run(function(PID), "0").values.get(0)).isNotEqualTo(idle);
      assertThat(pool.pool.turnover().deaths()).isZero();
    }
  }

  private static ProcessSettings recycling(int tasks, int megabytes, int idleMillis) {
    return new ProcessSettings(
        tasks,
        DataSize.ofMegabytes(megabytes),
        Duration.ofMillis(idleMillis),
        PoolUnderTest.PATIENT.startTimeout(),
        ProcessSettings.DEFAULT.maxValue(),
        ProcessSettings.DEFAULT.maxOutput(),
        TaskLimits.UNSET);
  }

  private static void untilGone(@Nullable String pid) {
    long number = Long.parseLong(Objects.requireNonNull(pid));
    Wait.untilSeen("the worker is gone", () -> ProcessHandle.of(number).isEmpty());
  }

  @Test
  void aSuspectRunsInAWorkerThatHasRunNothing() throws Exception {
    try (PoolUnderTest pool = new PoolUnderTest(1)) {
      String warm = pool.run(function(PID), "0").values.get(0);
      Chunk chunk = chunk(function(PID), null, 0, "0");
      Chunk suspect = new Chunk(chunk.id(), chunk.call(), 2, 0, 1, true, true, chunk.inputs());
      assertThat(pool.run(suspect).values.get(0)).isNotEqualTo(warm);
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
  void aPoolThatCannotStartWorkersIsDegradedAndGetsWellByItself(@TempDir Path folder)
      throws Exception {
    Path python = folder.resolve("python");
    script(python, "echo no luck; exit 3");
    Python.Found broken = new Python.Found(python, "3.11.0");
    AtomicInteger changes = new AtomicInteger();
    try (PoolUnderTest pool = new PoolUnderTest(1, broken, PoolUnderTest.PATIENT)) {
      Wait.untilSeen("the pool is degraded", () -> pool.pool.problem().isPresent());
      pool.pool.onChange(changes::incrementAndGet);
      assertThat(pool.pool.problem().orElseThrow())
          .contains("ended with 3 at its start")
          .endsWith("no luck");
      Chunk chunk = chunk(function("def f(n): return n"), null, 0, "7");
      assertThat(pool.pool.offer(chunk, new HeardSink())).isFalse();

      long starts = pool.pool.turnover().starts();
      script(python, "exec " + PoolUnderTest.python().executable() + " \"$@\"");
      Wait.untilSeen("the pool is well", () -> pool.pool.problem().isEmpty());
      // Told a moment after it is so.
      Wait.untilSeen("who asked to be told was told", () -> changes.get() > 0);
      assertThat(pool.run(function("def f(n): return n"), "7").values).containsEntry(0, "7");
      assertThat(starts).as("tries, ever more slowly").isLessThan(12);
    }
  }

  @Test
  void aChunkThatFindsNoWorkerIsGivenBack(@TempDir Path folder) throws Exception {
    Path python = folder.resolve("python");
    script(python, "exec " + PoolUnderTest.python().executable() + " \"$@\"");
    Python.Found fragile = new Python.Found(python, "3.11.0");
    try (PoolUnderTest pool = new PoolUnderTest(1, fragile, PoolUnderTest.PATIENT)) {
      pool.run(function(PID), "0");
      script(python, "exit 3");
      // A spare that may be there takes the first, which ends it, and a keeper that is free has
      // more
      // of them.
      AtomicInteger ended = new AtomicInteger();
      Wait.untilAnswered(
          Wait.LIMIT,
          "the pool is degraded",
          () -> {
            int code = ended.incrementAndGet();
            HeardSink sink =
                pool.offered(function("import os\ndef f(n): os._exit(%d)".formatted(code)));
            if (sink != null) {
              sink.awaitEnd();
            }
            return pool.pool.problem();
          },
          Optional::isPresent);
      assertThat(pool.pool.busy()).isZero();
      script(python, "exec " + PoolUnderTest.python().executable() + " \"$@\"");
      Wait.untilSeen("the pool is well", () -> pool.pool.problem().isEmpty());
    }
  }

  @Test
  void workersThatEndBeforeTheyHaveAnyWorkDegradeThePool(@TempDir Path folder) throws Exception {
    // It connects as it should, and ends at the first thing that it is told.
    Path python = folder.resolve("python");
    String real = PoolUnderTest.python().executable().toString();
    script(
        python,
        "exec "
            + real
            + " -c \"import os, socket, sys; order = os.read(0, 25);"
            + " number = int.from_bytes(order[1:9], 'little'); folder = sys.argv[3];"
            + " s = socket.socket(socket.AF_UNIX); s.connect(f'{folder}/s{number}');"
            + " f = open(f'{folder}/c{number}', 'r+b'); f.write(b'\\\\xff' * 16); f.close();"
            + " s.sendall(order[9:]); s.recv(1)\" \"$@\"");
    Python.Found useless = new Python.Found(python, "3.11.0");
    try (PoolUnderTest pool = new PoolUnderTest(1, useless, PoolUnderTest.PATIENT)) {
      HeardSink sink = pool.start(chunk(function("def f(n): return n"), null, 0, "7"));
      assertThat(sink.awaitEnd().answered()).isEmpty();
      Wait.untilSeen("the pool was degraded", () -> pool.pool.turnover().deaths() >= 3);
    }
  }

  @Test
  void withoutPythonItsFunctionsFailWithTheReason() throws Exception {
    Python missing = Python.find("/no/such/python");
    try (PoolUnderTest pool = new PoolUnderTest(1, missing, PoolUnderTest.PATIENT)) {
      Function function = function("def f(n): return n");
      assertThat(pool.run(function, "1").error(0).message())
          .startsWith("expected a Python 3.9 or later at /no/such/python, got: ");
      assertThat(pool.pool.problem()).isEmpty();
    }
  }

  @Test
  void anOldPythonIsNone(@TempDir Path folder) throws Exception {
    Path python = folder.resolve("python");
    script(python, "printf '/usr/bin/python3\\n3.8.10\\n'");
    assertThat(Python.find(python.toString()))
        .isEqualTo(
            new Python.Missing(
                "expected a Python 3.9 or later at " + python + ", got: /usr/bin/python3 3.8.10"));
  }

  @Test
  void aPythonThatNeverAnswersIsNone(@TempDir Path folder) throws Exception {
    Path python = folder.resolve("python");
    script(python, "exec sleep 600");
    assertThat(Python.find(python.toString(), Duration.ofMillis(1)))
        .isEqualTo(
            new Python.Missing(
                "expected a Python 3.9 or later at " + python + ", got no answer within PT0.001S"));
  }

  @Test
  void onlyTheProcessThatWasStartedMayConnect(@TempDir Path folder) throws Exception {
    Python.Found impersonated =
        behind(
            folder,
            "import glob, socket, sys; s = socket.socket(socket.AF_UNIX);"
                + " s.connect(max(glob.glob(sys.argv[1] + '/s*')));"
                + " s.sendall(b'x' * 16); s.recv(1)");
    try (PoolUnderTest pool = new PoolUnderTest(1, impersonated, PoolUnderTest.PATIENT)) {
      assertThat(pool.run(function("def f(n): return n"), "7").values).containsEntry(0, "7");
    }
  }

  @Test
  void whoConnectsAndIsSilentKeepsNoWorkerWaiting(@TempDir Path folder) throws Exception {
    Python.Found besieged =
        behind(
            folder,
            "import glob, os, socket, sys; name = max(glob.glob(sys.argv[1] + '/s*'));"
                + " all = [socket.socket(socket.AF_UNIX) for _ in range(3)];"
                + " [one.connect(name) for one in all];"
                + " os.fork() == 0 and [one.recv(1) for one in all]");
    try (PoolUnderTest pool = new PoolUnderTest(1, besieged, PoolUnderTest.PATIENT)) {
      assertThat(pool.run(function("def f(n): return n"), "7").values).containsEntry(0, "7");
      assertThat(pool.pool.problem()).isEmpty();
    }
  }

  /// A Python that runs this first; its first argument is the folder of the pool.
  private static Python.Found behind(Path folder, String code) throws Exception {
    Path python = folder.resolve("python");
    String real = PoolUnderTest.python().executable().toString();
    script(python, real + " -c \"" + code + "\" $3 < /dev/null\nexec " + real + " \"$@\"");
    return new Python.Found(python, "3.11.0");
  }

  private static void script(Path file, String text) throws Exception {
    Path fresh = file.resolveSibling("fresh");
    Files.writeString(fresh, "#!/bin/sh\n" + text + "\n");
    Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.move(fresh, file, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
  }
}
