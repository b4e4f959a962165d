package dev.manyhands.pool;

import static dev.manyhands.pool.PoolUnderTest.chunk;
import static dev.manyhands.pool.PoolUnderTest.function;
import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.job.Chunk;
import dev.manyhands.job.Outcome;
import dev.manyhands.job.Outcomes;
import dev.manyhands.testkit.Wait;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The service has no room for a while for what a worker tells, which ends meanwhile.
@Timeout(180)
class LastWordsTest {
  /// Longer than anybody waits for what a process that has ended wrote.
  private static final Duration LONGEST = Duration.ofSeconds(3);

  private static final int TOLD = 40;

  /// Each is told for itself; all together are more than is read at once, and less than a socket
  /// holds.
  private static final String SOURCE =
      """
      import os, time
      def f(n):
          if n == 40:
              os.kill(os.getpid(), 9)
          time.sleep(0.06)
          return os.getpid() if n == 0 else "x" * 4000
      """;

  private final HeardSink heard = new HeardSink();
  private final CountDownLatch room = new CountDownLatch(1);
  private final CountDownLatch asked = new CountDownLatch(1);

  private final class Slow implements ChunkSink {
    @Override
    public void outcomes(Chunk chunk, Outcomes outcomes) {
      heard.outcomes(chunk, outcomes);
      asked.countDown();
      Wait.until(room, "there is room for more");
    }

    @Override
    public void ended(Chunk chunk) {
      heard.ended(chunk);
    }
  }

  @Test
  void whatAWorkerToldBeforeItsEndIsHeardLater() throws Exception {
    String[] inputs =
        IntStream.rangeClosed(0, TOLD).mapToObj(String::valueOf).toArray(String[]::new);
    try (PoolUnderTest pool = new PoolUnderTest(1);
        Watchdog watchdog = new Watchdog()) {
      assertThat(pool.pool.offer(chunk(function(SOURCE), null, 0, inputs), new Slow())).isTrue();
      Wait.until(asked, "the first is told");
      long worker = Long.parseLong(heard.values.get(0));
      Wait.untilSeen("it ends", () -> ProcessHandle.of(worker).isEmpty());
      CountDownLatch later = new CountDownLatch(1);
      var _ = watchdog.after(LONGEST.toNanos(), later::countDown);
      Wait.until(later, "nobody waits for its words any more");
      room.countDown();

      heard.awaitEnd();
    }
    assertThat(heard.values).hasSize(TOLD + 1);
    assertThat(heard.failures).containsOnlyKeys(TOLD);
    assertThat(heard.outcome(TOLD)).isEqualTo(Outcome.CRASHED);
  }
}
