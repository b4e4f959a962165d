package dev.manyhands.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.job.Call;
import dev.manyhands.job.Chunk;
import dev.manyhands.job.Function;
import dev.manyhands.job.Outcome;
import dev.manyhands.job.TaskError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/// A task whose process the kernel ends for want of memory is told from one that was killed
/// otherwise: by the kernel's counter.
@Timeout(180)
class OomKillsTest {
  private static final Path GROUPS = Path.of("/sys/fs/cgroup/memory");

  @TempDir Path folder;

  /// As the kernel does it: counts, and kills.
  private String oom(String then) {
    return "import os\ndef f(n):\n    if n == 1:\n        open('"
        + folder.resolve("counter")
        + "', 'w').write('oom 1\\noom_kill 1\\n')\n    if n: "
        + then
        + "\n    return n";
  }

  private PoolUnderTest pool() throws IOException {
    Path counter = Files.writeString(folder.resolve("counter"), "oom 0\noom_kill 0\n");
    return new PoolUnderTest(1, Sandbox.NONE, new OomKills(counter, System::nanoTime));
  }

  @Test
  void aTaskThatTheKernelEndsForWantOfMemoryFailsAsOutOfMemory() throws Exception {
    try (PoolUnderTest pool = pool()) {
      Function function = PoolUnderTest.function(oom("os.kill(os.getpid(), 9)"));
      HeardSink sink = pool.run(function, "0", "1");
      assertThat(sink.outcome(1)).isEqualTo(Outcome.FAILED);
      assertThat(sink.error(1).kind()).isEqualTo("limit");
      assertThat(sink.error(1).type()).isEqualTo("OutOfMemory");
      assertThat(sink.error(1).isOfMemory()).as("runs once more").isTrue();
      assertThat(sink.error(1).message())
          .startsWith("the worker process was ended by SIGKILL while the task ran: the kernel");
      assertThat(Objects.requireNonNull(sink.error(1).exit()).signal()).isEqualTo("SIGKILL");
      assertThat(pool.pool.memory().getFirst().outOfMemory()).isEqualTo(1);
    }
  }

  @Test
  void aTaskThatIsKilledOtherwiseHasCrashed() throws Exception {
    try (PoolUnderTest pool = pool()) {
      Function function = PoolUnderTest.function(oom("os.kill(os.getpid(), 9)"));
      HeardSink sink = pool.run(function, "0", "2");
      assertThat(sink.outcome(1)).isEqualTo(Outcome.CRASHED);
      assertThat(pool.pool.memory().getFirst().outOfMemory()).isZero();
    }
  }

  @Test
  void aTaskThatExitsWhileTheKernelEndsAnotherHasCrashed() throws Exception {
    try (PoolUnderTest pool = pool()) {
      HeardSink sink = pool.run(PoolUnderTest.function(oom("os._exit(1)")), "0", "1");
      assertThat(sink.outcome(1)).isEqualTo(Outcome.CRASHED);
    }
  }

  @Test
  void aTaskThatMayRunOnlyOnceHasCrashedThen() throws Exception {
    try (PoolUnderTest pool = pool()) {
      Function function = PoolUnderTest.function(oom("os.kill(os.getpid(), 9)"));
      Chunk chunk = PoolUnderTest.chunk(function, null, 0, "1");
      Call call = chunk.call();
      Call once = new Call(call.job(), call.caller(), call.function(), call.timeouts(), true);
      HeardSink sink = pool.run(new Chunk(chunk.id(), once, 1, 0, 1, chunk.inputs()));
      assertThat(sink.outcome(0)).isEqualTo(Outcome.CRASHED);
    }
  }

  @Test
  void aProgramThatTheKernelEndsForWantOfMemoryFailsAsOutOfMemory() throws Exception {
    try (PoolUnderTest pool = pool()) {
      String line = "echo 'oom_kill {}' > " + folder.resolve("counter") + "; kill -9 $$";
      Function function = PoolUnderTest.command("sh", "-c", line);
      assertThat(pool.run(function, "0").error(0).kind()).isEqualTo("exit");
      HeardSink sink = pool.run(function, "1");
      assertThat(sink.error(0).type()).isEqualTo("OutOfMemory");
      assertThat(Objects.requireNonNull(sink.error(0).exit()).signal()).isEqualTo("SIGKILL");
    }
  }

  /// Root on a machine of the first kind of control groups; elsewhere the tests above have to do.
  static boolean mayMakeGroups() {
    boolean may = Files.isWritable(GROUPS.resolve("memory.limit_in_bytes"));
    if (!may) {
      System.out.println(
          "LEFT OUT: no control group can be made here, to have the kernel end a task");
    }
    return may;
  }

  @Test
  @EnabledIf("mayMakeGroups")
  void theKernelItselfEndsATask() throws Exception {
    Path group =
        Files.createDirectory(GROUPS.resolve("manyhands-" + ProcessHandle.current().pid()));
    Files.writeString(group.resolve("memory.limit_in_bytes"), String.valueOf(64 << 20));
    OomKills kills = new OomKills(group.resolve("memory.oom_control"), System::nanoTime);
    try (PoolUnderTest pool = new PoolUnderTest(1, Sandbox.NONE, kills)) {
      String source =
          """
          import os
          def f(n):
              open('%s/cgroup.procs', 'w').write(str(os.getpid()))
              return len(bytearray(os.urandom(1 << 20) * 256))
          """
              .formatted(group);
      HeardSink sink = pool.run(PoolUnderTest.function(source), "0");
      assertThat(sink.error(0).type()).isEqualTo("OutOfMemory");
      TaskError.Exit exit = Objects.requireNonNull(sink.error(0).exit());
      assertThat(exit.signal()).isEqualTo("SIGKILL");
      assertThat(exit.peakMemoryBytes()).isBetween(30L << 20, 100L << 20);
    } finally {
      Files.delete(group);
    }
  }

  @Test
  void aRiseCountsForAShortTime() throws Exception {
    Path counter = Files.writeString(folder.resolve("counter"), "oom_kill 3\n");
    AtomicLong now = new AtomicLong(-7);
    OomKills kills = new OomKills(counter, now::get);
    assertThat(kills.sawOne()).as("what was before").isFalse();
    Files.writeString(counter, "oom_kill 4\n");
    kills.look();
    now.addAndGet(Duration.ofSeconds(4).toNanos());
    assertThat(kills.sawOne()).isTrue();
    now.addAndGet(Duration.ofSeconds(2).toNanos());
    assertThat(kills.sawOne()).isFalse();
  }

  @Test
  void theCounterOfTheOwnGroupGoesBeforeThatOfTheMachine() throws Exception {
    Path proc = folder.resolve("proc");
    Files.createDirectories(proc.resolve("self"));
    Path groups = Files.createDirectory(folder.resolve("cgroup"));
    assertThat(OomKills.counter(proc, groups)).isNull();

    Path vmstat = Files.writeString(proc.resolve("vmstat"), "nr_free_pages 7\noom_kill 0\n");
    Files.writeString(proc.resolve("self/cgroup"), "4:memory:/a/b\n1:cpu:/\n0::/c\n");
    assertThat(OomKills.counter(proc, groups)).isEqualTo(vmstat);

    Path unified = file(groups.resolve("memory.events"));
    assertThat(OomKills.counter(proc, groups)).as("in a container").isEqualTo(unified);
    Path own = file(groups.resolve("c/memory.events"));
    assertThat(Files.isSameFile(found(proc, groups), own)).isTrue();
    Path older = file(groups.resolve("memory/a/b/memory.oom_control"));
    assertThat(Files.isSameFile(found(proc, groups), older)).isTrue();
  }

  private static Path found(Path proc, Path groups) {
    return Objects.requireNonNull(OomKills.counter(proc, groups));
  }

  private static Path file(Path path) throws IOException {
    Files.createDirectories(path.getParent());
    return Files.writeString(path, "oom_kill 0\n");
  }
}
