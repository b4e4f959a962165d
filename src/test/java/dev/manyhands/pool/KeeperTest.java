package dev.manyhands.pool;

import static dev.manyhands.pool.PoolUnderTest.function;
import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.job.Function;
import dev.manyhands.job.TaskError;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A keeper has one worker after the other, and the next one knows nothing of the one before.
@Timeout(60)
class KeeperTest {
  private static final int DEATHS = 10;

  /// Of the worker that runs, the spare, and those that are kept for deaths to come.
  private static final int KEEPERS = 4;

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
    assertThat(keepers).hasSizeLessThanOrEqualTo(KEEPERS);
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
}
