package dev.manyhands.pool;

import static dev.manyhands.pool.PoolUnderTest.function;
import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.job.Function;
import dev.manyhands.job.TaskError;
import dev.manyhands.testkit.Wait;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A keeper has one worker after the other, and the next one finds nothing that the one before has
/// left or said.
@Timeout(180)
class KeeperTest {
  private static final int DEATHS = 10;

  private static final int WAIT_S = 60;

  @TempDir Path folder;

  private static int megabytes(TaskError.Exit exit) {
    return (int) (Objects.requireNonNull(exit.peakMemoryBytes()) >> 20);
  }

  @Test
  void aDeathCostsNoStartOfPython() throws Exception {
    Function function =
        function("import os\ndef f(n):\n    if n: os._exit(n)\n    return os.getppid()");
    Set<String> keepers = new HashSet<>();
    try (PoolUnderTest pool = new PoolUnderTest(1)) {
      for (int death = 1; death <= DEATHS; death++) {
        keepers.add(pool.run(function, "0").values.get(0));
        assertThat(Objects.requireNonNull(pool.run(function, "" + death).error(0).exit()).code())
            .isEqualTo(death);
      }
      assertThat(pool.pool.turnover().starts()).isGreaterThanOrEqualTo(DEATHS);
    }
    // One for the worker that runs, the spare, and those that are kept for deaths to come; one more
    // whenever the keeper of a dead one is late.
    assertThat(keepers).hasSizeLessThan(DEATHS);
  }

  @Test
  void nothingOfAWorkerIsLeftForTheNextOne() throws Exception {
    Function function =
        function(
            """
            import os, time
            def f(n):
                kept = bytearray(100 << 20 if n < 2 else 1)
                os.environ['LEFT'] = '1'
                open('left', 'w').close()
                os.write(2, b'last words of %d, %s' % (n, os.getcwd().encode()))
                if os.fork() == 0:
                    time.sleep(600)
                os._exit(1)
            """);
    Set<String> homes = new HashSet<>();
    try (PoolUnderTest pool = new PoolUnderTest(1)) {
      for (int n = 0; n < DEATHS; n++) {
        TaskError.Exit exit = Objects.requireNonNull(pool.run(function, "" + n).error(0).exit());
        assertThat(exit.stderr()).startsWith("last words of " + n + ", ").doesNotContain("\n");
        homes.add(exit.stderr());
        assertThat(megabytes(exit)).isBetween(n < 2 ? 100 : 1, n < 2 ? 200 : 60);
      }
      String seen = "import os\ndef f(n): return [os.environ.get('LEFT'), os.listdir('.')]";
      assertThat(pool.run(function(seen), "0").values).containsEntry(0, "[null,[]]");
    }
    assertThat(homes).hasSize(DEATHS);
  }

  @Test
  void whatAWorkerSaidIsNotInTheMemoryOfTheNextOne() throws Exception {
    // The marker is one text only where it is said.
    Function function =
        function(
            """
            import os, re
            parts = [b'said by the worker of', b' another caller']
            def found():
                count = 0
                for line in open('/proc/self/maps'):
                    first, end, rights = re.match('([0-9a-f]+)-([0-9a-f]+) (....)', line).groups()
                    if rights[:2] != 'rw': continue
                    with open('/proc/self/mem', 'rb', 0) as memory:
                        memory.seek(int(first, 16))
                        try: data = memory.read(int(end, 16) - int(first, 16))
                        except OSError: continue
                    at = data.find(parts[0])
                    while at >= 0:
                        at += len(parts[0])
                        count += data[at:at + len(parts[1])] == parts[1]
                        at = data.find(parts[0], at)
                return count
            def f(n):
                count = found()
                os.writev(2, parts * n)
                os.write(2, b'\\n%d of %d' % (count, os.getppid()))
                os._exit(1)
            """);
    Set<String> keepers = new HashSet<>();
    try (PoolUnderTest pool = new PoolUnderTest(1)) {
      for (int n = 1; n <= DEATHS; n++) {
        String said =
            Objects.requireNonNull(pool.run(function, "" + 40 * n).error(0).exit()).stderr();
        assertThat(said).contains("said by the worker of another caller").contains("\n0 of ");
        keepers.add(said.substring(said.lastIndexOf(' ')));
      }
    }
    // One for the worker that runs, the spare, and those that are kept for deaths to come; one more
    // whenever the keeper of a dead one is late.
    assertThat(keepers).hasSizeLessThan(DEATHS);
  }

  @Test
  void oneThatHasEndedIsNotKept() throws Exception {
    try (Keepers keepers = keepers()) {
      // Else it may be forgotten in time.
      synchronized (keepers) {
        Keeper dead = keepers.take();
        CompletableFuture<TaskError.Exit> end = dead.fork(1, new byte[16]);
        kill(dead);
        end.get(WAIT_S, TimeUnit.SECONDS);
        keepers.giveBack(dead);
        assertThat(keepers.take()).isNotSameAs(dead);
      }
    }
  }

  @Test
  void oneThatHasEndedWhileItWasKeptIsNotTaken() throws Exception {
    try (Keepers keepers = keepers()) {
      synchronized (keepers) {
        Keeper kept = keepers.take();
        keepers.giveBack(kept);
        assertThat(keepers.take()).isSameAs(kept);
        keepers.giveBack(kept);
        kill(kept);
        // Who is told of ends may wait for what is locked here.
        Wait.untilSeen("it has ended", kept::hasEnded);
        assertThat(keepers.take()).isNotSameAs(kept);
      }
    }
  }

  private Keepers keepers() throws Exception {
    Path code = WorkerCode.writeInto(folder);
    return new Keepers("test", PoolUnderTest.python(), code, folder);
  }

  private static void kill(Keeper keeper) {
    assertThat(ProcessHandle.of(keeper.pid()).orElseThrow().destroyForcibly()).isTrue();
  }

  @Test
  void aWarningOfOneThatLivesOnHidesNoReport() throws Exception {
    TaskError.Exit exit =
        endWhere(
            """
            said = b'Warning: an odd locale\\n'
            os.write(1, said + struct.pack('<BiQI', 0, 7, 1 << 20, 2) + b'so')
            os.read(0, 1)
            """);
    assertThat(exit).isEqualTo(new TaskError.Exit(7, null, 1L << 20, "so"));
  }

  @Test
  void whatOneComplainsOfIsBounded() throws Exception {
    TaskError.Exit exit = endWhere("for _ in range(1 << 16): os.write(1, b'x')");
    assertThat(exit.code()).isZero();
    assertThat(exit.stderr()).hasSize(8 << 10);
  }

  /// How a worker ended, after such a keeper.
  private static TaskError.Exit endWhere(String keeper) throws Exception {
    String python = PoolUnderTest.python().executable().toString();
    String code = "import os, struct\nos.read(0, 25)\n" + keeper;
    Keeper heard = new Keeper(new ProcessBuilder(python, "-I", "-c", code).start());
    try {
      return heard.fork(1, new byte[16]).get(WAIT_S, TimeUnit.SECONDS);
    } finally {
      heard.close();
      heard.gone().get(WAIT_S, TimeUnit.SECONDS);
    }
  }
}
