package dev.manyhands.pool;

import static dev.manyhands.pool.PoolUnderTest.chunk;
import static dev.manyhands.pool.PoolUnderTest.function;
import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.job.Function;
import dev.manyhands.job.Outcome;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What becomes of tasks that may run only once when their worker process ends: those that had
/// ended keep their outcomes however short they were, and none that has started stays without one,
/// since what has none runs again.
@Timeout(180)
class OnceOnlyTest {
  @Test
  void tinyTasksThatHadEndedKeepTheirResults() throws Exception {
    Function function = function("import os\ndef f(n):\n    if n == 5: os._exit(1)\n    return n");
    try (PoolUnderTest pool = new PoolUnderTest(1)) {
      HeardSink sink = pool.run(chunk(function, null, true, 0, "0", "1", "2", "3", "4", "5", "6"));

      assertThat(sink.answered()).isEqualTo("0 1 2 3 4 5");
      assertThat(sink.failures).containsOnlyKeys(5);
      assertThat(sink.outcome(5)).isEqualTo(Outcome.CRASHED);
    }
  }

  @Test
  void tinyTasksBeforeOneThatTakesTooLongKeepTheirResults() throws Exception {
    Function function =
        function("import time\ndef f(n):\n    if n == 3: time.sleep(60)\n    return n");
    try (PoolUnderTest pool = new PoolUnderTest(1)) {
      HeardSink sink =
          pool.run(chunk(function, Duration.ofSeconds(8), true, 0, "0", "1", "2", "3", "4"));

      assertThat(sink.answered()).isEqualTo("0 1 2 3");
      assertThat(sink.failures).containsOnlyKeys(3);
      assertThat(sink.outcome(3)).isEqualTo(Outcome.TIMED_OUT);
    }
  }

  @Test
  void thoseWhoseOutcomesAreLostHaveCrashed() throws Exception {
    // With walls it is refused.
    Function function =
        function(
            """
            import os
            def f(n):
                if n == 1:
                    for line in open('/proc/self/maps'):
                        path = line.split()[-1]
                        if '/mh-' in path: os.truncate(path, 0)
                return n
            """);
    try (PoolUnderTest pool =
        new PoolUnderTest(1, PoolUnderTest.PATIENT, PoolUnderTest.python(), Sandbox.NONE)) {
      HeardSink sink = pool.run(chunk(function, null, true, 0, "0", "1", "2"));

      assertThat(sink.answered()).isEqualTo("0 1 2");
      // The first one may have been told before, if it took long.
      assertThat(sink.failures).containsKeys(1, 2);
      assertThat(sink.failures.values()).allMatch(one -> one.outcome() == Outcome.CRASHED);
      assertThat(sink.error(2).message()).endsWith("and the task may run only once");
    }
  }
}
