package dev.manyhands.pool;

import static dev.manyhands.pool.PoolUnderTest.chunk;
import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.job.Function;
import dev.manyhands.job.Outcome;
import dev.manyhands.testkit.Wait;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// No task code reaches a keeper, but people and other programs of the machine do: that costs the
/// task that ran at most, and the worker is gone as well.
@Timeout(180)
class KeeperFaultTest {
  @TempDir Path folder;

  /// Made by the long task as it begins.
  private Path sign() {
    return folder.resolve("runs");
  }

  private Function function() {
    return PoolUnderTest.function(
        """
        import os, time
        def f(n):
            if n:
                open("%s", "w").close()
            time.sleep(600 if n else 0.01)  # what is tiny need not be told before a long one
            return [os.getppid(), os.getpid()]
        """
            .formatted(sign()));
  }

  private PoolUnderTest pool() throws IOException {
    return new PoolUnderTest(
        1, PoolUnderTest.PATIENT, PoolUnderTest.python(), PoolUnderTest.hardened(List.of(folder)));
  }

  private void awaitLong() {
    Wait.untilSeen("the long task runs", () -> Files.exists(sign()));
  }

  /// That of a worker, with the worker.
  private record Pair(ProcessHandle keeper, ProcessHandle worker) {
    /// As the first task of the chunk told, behind which the second runs.
    static Pair of(HeardSink running) throws InterruptedException {
      running.awaitFirstOutcome();
      JsonNode pids = JsonMapper.shared().readTree(Objects.requireNonNull(running.values.get(0)));
      return new Pair(process(pids.get(0)), process(pids.get(1)));
    }

    private static ProcessHandle process(JsonNode pid) {
      return ProcessHandle.of(pid.longValue()).orElseThrow();
    }

    void areGone() {
      Wait.untilSeen("both are gone", () -> !keeper.isAlive() && !worker.isAlive());
    }
  }

  @Test
  void oneThatIsKilledCostsTheTaskThatRuns() throws Exception {
    try (PoolUnderTest pool = pool()) {
      HeardSink running = pool.start(chunk(function(), null, 0, "0", "1", "0"));
      Pair pair = Pair.of(running);
      awaitLong();
      assertThat(pair.keeper().destroyForcibly()).isTrue();
      running.awaitEnd();

      assertThat(running.answered()).isEqualTo("0 1");
      assertThat(running.outcome(0)).isEqualTo(Outcome.SUCCEEDED);
      assertThat(running.outcome(1)).isEqualTo(Outcome.CRASHED);
      assertThat(Objects.requireNonNull(running.error(1).exit()).signal()).isEqualTo("SIGKILL");
      pair.areGone();
      assertThat(pool.pool.problem()).isEmpty();
      assertThat(pool.run(function(), "0").answered()).isEqualTo("0");
    }
  }

  @Test
  void oneThatStandsStillKeepsNoTaskBeyondItsTimeout() throws Exception {
    try (PoolUnderTest pool = pool()) {
      HeardSink running = pool.start(chunk(function(), Duration.ofSeconds(10), 0, "0", "1", "0"));
      Pair pair = Pair.of(running);
      awaitLong();
      stop(pair.keeper());
      running.awaitEnd();

      assertThat(running.answered()).isEqualTo("0 1");
      assertThat(running.outcome(1)).isEqualTo(Outcome.TIMED_OUT);
      pair.areGone();
      assertThat(pool.run(function(), "0").answered()).isEqualTo("0");
    }
  }

  private static void stop(ProcessHandle process) throws Exception {
    Process kill = new ProcessBuilder("kill", "-STOP", "" + process.pid()).inheritIO().start();
    assertThat(kill.waitFor()).isZero();
  }
}
