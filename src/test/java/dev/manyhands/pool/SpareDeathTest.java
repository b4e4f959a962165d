package dev.manyhands.pool;

import static dev.manyhands.pool.PoolUnderTest.chunk;
import static dev.manyhands.pool.PoolUnderTest.function;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.job.Function;
import dev.manyhands.testkit.Wait;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A worker process that is killed before it has any work costs its pool nothing.
@Timeout(180)
class SpareDeathTest {
  private static final String PID = "import os\ndef f(n): return os.getpid()  # ";

  /// Processes of others in this JVM.
  private final Set<Long> others =
      ProcessHandle.current().descendants().map(ProcessHandle::pid).collect(toSet());

  @TempDir Path folder;

  /// A Python that is killed before it does anything: as often as there are marks, or always.
  private Python.Found mortal() throws Exception {
    Path python = folder.resolve("python");
    Files.writeString(
        python,
        """
        #!/bin/sh
        cd %s
        [ -e always ] && kill -9 $$
        for mark in mark-*; do
          mv "$mark" used 2>/dev/null && kill -9 $$
        done
        cd "$OLDPWD"
        exec %s "$@"
        """
            .formatted(folder, PoolUnderTest.python().executable()));
    Files.setPosixFilePermissions(python, PosixFilePermissions.fromString("rwxr-xr-x"));
    return new Python.Found(python, "3.11.0");
  }

  private void mark(int deaths) throws Exception {
    for (int death = 0; death < deaths; death++) {
      Files.createFile(folder.resolve("mark-" + death));
    }
  }

  @Test
  void oneThatIsKilledAsItStartsIsStartedAgainAndThePoolStaysWell() throws Exception {
    AtomicInteger changes = new AtomicInteger();
    try (PoolUnderTest pool = new PoolUnderTest(1, mortal(), PoolUnderTest.PATIENT)) {
      pool.pool.onChange(changes::incrementAndGet);
      Wait.untilSeen("a spare is there", () -> spares().size() == 1);
      mark(2);
      pool.run(function(PID), "0");
      Wait.untilSeen(
          "two were killed, and a third one came", () -> pool.pool.turnover().starts() == 4);
      pool.run(function(PID + 1), "0");

      assertThat(changes).hasValue(0);
      assertThat(pool.pool.problem()).isEmpty();
      assertThat(pool.pool.turnover().deaths()).isEqualTo(2);
    }
  }

  @Test
  void whereAllAreKilledAsTheyStartThePoolSaysSoAndGetsWell() throws Exception {
    Path always = Files.createFile(folder.resolve("always"));
    AtomicInteger changes = new AtomicInteger();
    try (PoolUnderTest pool = new PoolUnderTest(1, mortal(), PoolUnderTest.PATIENT)) {
      pool.pool.onChange(changes::incrementAndGet);
      Wait.untilSeen("the pool is degraded", () -> pool.pool.problem().isPresent());
      assertThat(pool.pool.problem().orElseThrow()).contains("ended with SIGKILL at its start");
      assertThat(pool.pool.turnover().deaths()).isGreaterThanOrEqualTo(3);

      Files.delete(always);
      Wait.untilSeen("the pool is well", () -> pool.pool.problem().isEmpty());
      assertThat(pool.run(function("def f(n): return n"), "7").values).containsEntry(0, "7");

      int told = changes.get();
      Files.createFile(always);
      keepers().forEach(ProcessHandle::destroyForcibly);
      Wait.untilSeen("who listens is told of the next time", () -> changes.get() > told);
    }
  }

  @Test
  void oneThatIsKilledWithoutWorkIsReplacedBeforeAnybodyWantsIt() throws Exception {
    try (PoolUnderTest pool = new PoolUnderTest(1)) {
      // In any instant of its start or behind it.
      Wait.untilSeen("a spare is there", () -> spares().size() == 1);
      spares().forEach(ProcessHandle::destroyForcibly);
      Wait.untilSeen("it is missed", () -> pool.pool.turnover().starts() == 2);
      String warm = Objects.requireNonNull(pool.run(function(PID), "0").values.get(0));
      ProcessHandle.of(Long.parseLong(warm)).ifPresent(ProcessHandle::destroyForcibly);
      Wait.untilSeen("so is one that is loaded", () -> pool.pool.turnover().deaths() == 2);

      assertThat(pool.run(function(PID), "0").values.get(0)).isNotEqualTo(warm);
      assertThat(pool.pool.turnover().deaths()).isEqualTo(2);
      assertThat(pool.pool.problem()).isEmpty();
    }
  }

  @Test
  void oneThatStandsStillCostsNoTask() throws Exception {
    ProcessSettings hasty = PoolUnderTest.starting(Duration.ofSeconds(15));
    try (PoolUnderTest pool = new PoolUnderTest(1, hasty)) {
      stop(waitingSpare());

      // It waits a moment before it can be taken: a worker that comes in its stead meets it not.
      AtomicInteger round = new AtomicInteger();
      Wait.untilSeen(
          "somebody has met it",
          () -> {
            Function fresh = function("def f(n): return n  # " + round.incrementAndGet());
            HeardSink sink = run(pool, fresh, "7", "8");
            assertThat(sink.failures).isEmpty();
            assertThat(sink.values).containsEntry(0, "7").containsEntry(1, "8");
            return pool.pool.turnover().deaths() > 0;
          });
      assertThat(pool.pool.turnover().deaths()).isEqualTo(1);
      assertThat(pool.pool.problem()).isEmpty();
    }
  }

  @Test
  void aWarmOneThatStandsStillCostsNoTaskThatMayRunOnlyOnce() throws Exception {
    try (PoolUnderTest pool = new PoolUnderTest(1)) {
      Function function = function("import os\ndef f(n): return os.getpid()");
      long warm = Long.parseLong(Objects.requireNonNull(pool.run(function, "0").values.get(0)));
      stop(ProcessHandle.of(warm).orElseThrow());

      HeardSink sink = pool.run(chunk(function, Duration.ofSeconds(5), true, 0, "0", "1"));
      assertThat(sink.failures).isEmpty();
      assertThat(sink.values).hasSize(2).doesNotContainValue("" + warm);
      assertThat(pool.pool.turnover().deaths()).isEqualTo(1);
    }
  }

  /// The one that has come in, and waits for work.
  private ProcessHandle waitingSpare() {
    Wait.untilSeen(
        "a spare waits",
        () -> spares().size() == 1 && spares().stream().allMatch(PoolUnderTest::waits));
    return spares().getFirst();
  }

  private static void stop(ProcessHandle process) throws Exception {
    Process kill = new ProcessBuilder("kill", "-STOP", "" + process.pid()).inheritIO().start();
    assertThat(kill.waitFor()).isZero();
  }

  /// The processes that would run task code, each below its keeper.
  private List<ProcessHandle> spares() {
    return keepers().flatMap(ProcessHandle::children).toList();
  }

  private Stream<ProcessHandle> keepers() {
    return ProcessHandle.current().children().filter(keeper -> !others.contains(keeper.pid()));
  }

  private static HeardSink run(PoolUnderTest pool, Function function, String... inputs) {
    try {
      return pool.run(function, inputs);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
