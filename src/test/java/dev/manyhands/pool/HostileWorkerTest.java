package dev.manyhands.pool;

import static dev.manyhands.pool.PoolUnderTest.chunk;
import static dev.manyhands.pool.PoolUnderTest.function;
import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.job.Outcome;
import dev.manyhands.testkit.Wait;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Task code that talks to the service in its worker's place: it gets no result for a task that is
/// not its own, and next to no memory.
@Timeout(180)
class HostileWorkerTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(4);

  /// Where something else ends the task long before.
  private static final Duration NEVER = Duration.ofMinutes(1);

  /// Takes the worker's own socket into its hands; `answer` is a frame of one outcome.
  private static final String HOSTILE =
      """
      import gc, os, socket, struct, time
      sock = next(o for o in gc.get_objects() if type(o) is socket.socket)
      def frame(length, body=b''):
          return struct.pack('<IB', length, 18) + body
      def answer(index, line):
          body = struct.pack('<IIIIII', index, 1, len(line), 1, 0, 0) + line + struct.pack('<QQ', 1, 5)
          return frame(len(body), body)
      def deed():
          DEED
      def f(n):
          time.sleep(0.003)  # long enough that the first one is answered before the deed
          if n == 1:
              deed()
          return n
      """;

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "sock.sendall(frame(0xffffffff)); time.sleep(60)|a frame of 4294967295 bytes",
        "sock.sendall(frame(200 << 20)); [sock.sendall(bytes(1 << 20)) for _ in range(200)];"
            + " time.sleep(60)|a frame of 209715200 bytes",
        "sock.sendall(answer(0, b'70\\n')); time.sleep(60)|from index 0, expected from 1",
        "sock.close(); time.sleep(60)|",
        "os.closerange(0, 100); time.sleep(60)|",
      })
  void whatIsNoAnswerEndsTheWorkerAndSpoilsNone(String deed, String violation) throws Exception {
    try (PoolUnderTest pool = new PoolUnderTest(1)) {
      HeardSink sink = pool.run(chunk(function(hostile(deed)), NEVER, 0, "0", "1", "2"));

      assertThat(sink.values).containsEntry(0, "0");
      // One task pays: the one that ran, or one after it where the worker got on meanwhile.
      assertThat(sink.failures).hasSize(1);
      sink.failures.forEach((index, failure) -> {
        assertThat(index).isGreaterThan(0);
        assertThat(failure.outcome()).isEqualTo(Outcome.CRASHED);
        assertThat(failure.error().message()).contains(violation == null ? "" : violation);
      });
      assertThat(sink.values.values()).isSubsetOf("0", "null");
      assertThat(pool.run(function("def f(n): return -n"), "1").values).containsEntry(0, "-1");
    }
  }

  @Test
  void ofTwoAnswersForOneTaskTheFirstStandsAndNobodyElsePays() throws Exception {
    String deed = "sock.sendall(answer(1, b'70\\n') + answer(1, b'71\\n')); time.sleep(60)";
    try (PoolUnderTest pool = new PoolUnderTest(1)) {
      HeardSink sink = pool.run(chunk(function(hostile(deed)), NEVER, 0, "0", "1", "2"));

      // What a task says of itself is its own affair.
      assertThat(sink.values).containsExactly(Map.entry(0, "0"), Map.entry(1, "70"));
      assertThat(sink.failures).isEmpty();
      assertThat(pool.run(function("def f(n): return -n"), "1").values).containsEntry(0, "-1");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        // Its own right answer, at one byte a second.
        "[(sock.send(bytes([b])), time.sleep(1)) for b in answer(1, b'1\\n')]",
        "sock.sendall(frame(1000, b'x' * 500)); time.sleep(60)",
        "sock.sendall(b'\\x01'); time.sleep(60)",
      })
  void whoSaysHalfOfItIsEndedAtItsTimeout(String deed) throws Exception {
    try (PoolUnderTest pool = new PoolUnderTest(1)) {
      HeardSink sink = pool.run(chunk(function(hostile(deed)), TIMEOUT, 0, "0", "1", "2"));

      assertThat(sink.values).containsEntry(0, "0").doesNotContainKey(2);
      assertThat(sink.outcome(1)).isEqualTo(Outcome.TIMED_OUT);
      assertThat(pool.run(function("def f(n): return -n"), "1").values).containsEntry(0, "-1");
    }
  }

  @Test
  void whatManyWorkersDoNotEndTakesLittleMemory() throws Exception {
    int workers = 4;
    int longest = ProcessSettings.DEFAULT.maxFrameBytes();
    // The last bytes do not come.
    String deed =
        "sock.sendall(frame(%d)); sock.sendall(bytes(%d)); open(f'%s/{os.getpid()}', 'w').close(); time.sleep(60)"
            .formatted(longest, longest - 4096, folder);
    try (PoolUnderTest pool =
        new PoolUnderTest(
            workers,
            PoolUnderTest.PATIENT,
            PoolUnderTest.python(),
            PoolUnderTest.hardened(List.of(folder)))) {
      long before = usedHeap();
      List<HeardSink> sinks = new ArrayList<>();
      for (int worker = 0; worker < workers; worker++) {
        sinks.add(
            pool.start(
                chunk(function(hostile(deed) + "# " + worker), Duration.ofSeconds(15), 0, "1")));
      }
      Wait.untilSeen("all of it is sent", () -> sent() == workers);

      // What one worker may take is so little that a heap of 512 MB bears many of them.
      assertThat(usedHeap() - before).isLessThan((workers * 8L + 16) << 20);
      for (HeardSink sink : sinks) {
        assertThat(sink.awaitEnd().outcome(0)).isEqualTo(Outcome.TIMED_OUT);
      }
    }
  }

  private int sent() {
    String[] files = folder.toFile().list();
    return files == null ? 0 : files.length;
  }

  private static long usedHeap() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private static String hostile(String deed) {
    return HOSTILE.replace("DEED", deed);
  }
}
