package dev.manyhands.pool;

import static dev.manyhands.pool.PoolUnderTest.chunk;
import static dev.manyhands.pool.PoolUnderTest.function;
import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.job.Outcome;
import dev.manyhands.testkit.Wait;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Every way in which a worker process can fail, at every stage of its life: the chunk that it had
/// comes back, the next task works, and no process is left.
///
/// The function's source makes the fault itself: it takes the worker's own channel into its hands,
/// as hostile code could.
@Timeout(180)
class FaultMatrixTest {
  /// Enough for tasks of two milliseconds on a machine that does ten other things; only the mute
  /// are waited for so long.
  private static final Duration TIMEOUT = Duration.ofSeconds(3);

  /// How long a worker may take to start, and to load a function, where it is waited for in vain:
  /// enough for several that start side by side on such a machine.
  private static final Duration LOAD = Duration.ofSeconds(20);

  enum Fault {
    ERROR,
    EXIT,
    KILL,
    STOP,
    HANG,
    GARBAGE,
    SILENCE,
    HUGE
  }

  enum Stage {
    STARTING,
    RECEIVING,
    RUNNING,
    ANSWERING,
    IDLE,
    STOPPING
  }

  private static final String SOURCE =
      """
      import gc, os, signal, sys, time
      Channel = sys.modules['manyhands_worker.channel'].Channel
      channel = next(one for one in gc.get_objects() if type(one) is Channel)
      receive, send = Channel.receive, Channel.send
      FAULT, STAGE, chunks = 'THE_FAULT', 'THE_STAGE', 0

      def fault():
          if FAULT == 'error':
              raise RuntimeError('made by a test')
          elif FAULT == 'exit':
              os._exit(3)
          elif FAULT == 'kill':
              os.kill(os.getpid(), signal.SIGKILL)
          elif FAULT == 'stop':
              os.kill(os.getpid(), signal.SIGSTOP)
          elif FAULT == 'hang':
              signal.pthread_sigmask(signal.SIG_BLOCK, range(1, signal.NSIG))
              while True: pass
          elif FAULT == 'garbage':
              channel.socket.sendall(b'\\x07' * 4 + b'\\xfe' + os.urandom(4000))
          elif FAULT == 'silence':
              time.sleep(600)
          elif FAULT == 'huge':
              channel.socket.sendall(b'\\xff\\xff\\xff\\xff\\x12' + b'x' * (8 << 20))

      def receiving(self):
          global chunks
          if STAGE == 'idle' and chunks == 1:
              fault()
          frame = receive(self)
          chunks += 1
          if STAGE == ('stopping' if frame is None else 'receiving'):
              fault()
          return frame

      def answering(self):
          if STAGE == 'answering' and chunks == 1:
              fault()
          return send(self)

      Channel.receive, Channel.send = receiving, answering
      if STAGE == 'starting':
          fault()

      def f(n):
          time.sleep(0.002)  # results of shorter tasks may not be told yet when a worker dies: they run again
          if STAGE == 'running' and n == 1:
              fault()
              time.sleep(600)  # so that whoever has sent garbage is the one who is blamed
          return n
      """;

  /// A worker that says nothing while no task of it runs.
  private static final Set<Fault> MUTE = EnumSet.of(Fault.STOP, Fault.HANG, Fault.SILENCE);

  /// In which three of them in a row are ended.
  private static final int MUTE_SECONDS = 120;

  /// A worker that does not end by its fault.
  private static final Set<Fault> SPOILERS = EnumSet.of(Fault.GARBAGE, Fault.HUGE);

  private static final Set<Stage> BETWEEN_TASKS =
      EnumSet.of(Stage.RECEIVING, Stage.ANSWERING, Stage.IDLE);

  /// Those that are waited for so long that they take their turn side by side.
  private static boolean isMute(Fault fault, Stage stage) {
    return MUTE.contains(fault) && (stage == Stage.STARTING || BETWEEN_TASKS.contains(stage));
  }

  static Stream<Arguments> cells() {
    return Stream.of(Fault.values())
        .flatMap(fault ->
            Stream.of(Stage.values())
                .filter(stage -> !isMute(fault, stage))
                .map(stage -> Arguments.of(fault, stage)));
  }

  @ParameterizedTest(name = "{0} while {1}")
  @MethodSource("cells")
  void costsOneChunkAtMost(Fault fault, Stage stage) throws Exception {
    try (PoolUnderTest pool = new PoolUnderTest(1)) {
      String source = source(fault, stage);
      HeardSink sink = pool.run(chunk(function(source), TIMEOUT, 0, "0", "1", "2"));
      if (stage == Stage.IDLE) {
        pool.run(chunk(function(source), TIMEOUT, 0, "0"));
      }
      if (stage == Stage.IDLE || stage == Stage.STOPPING) {
        assertThat(sink.values).containsEntry(0, "0").containsEntry(1, "1").containsEntry(2, "2");
      }
      if (stage == Stage.RUNNING) {
        assertThat(sink.values).containsEntry(0, "0");
        assertThat(sink.outcome(1)).isNotEqualTo(Outcome.SUCCEEDED);
        // Only an exception is the task's own affair.
        assertThat(sink.values.containsKey(2)).isEqualTo(fault == Fault.ERROR);
      }
      if (stage == Stage.RECEIVING || stage == Stage.ANSWERING) {
        assertOnlyWhoRanIsBlamed(sink, fault, stage);
        assertThat(pool.pool.problem())
            .as("what a function does is no fault of the pool")
            .isEmpty();
      }
      if (stage == Stage.STARTING) {
        assertThat(sink.values.keySet()).containsExactly(0, 1, 2);
        assertThat(sink.failures).hasSize(3);
      }
      nextTaskWorks(pool);
    }
  }

  /// The sink itself sees to it that no task is answered twice.
  private static void assertOnlyWhoRanIsBlamed(HeardSink sink, Fault fault, Stage stage) {
    sink.values.forEach((index, value) -> {
      if (!sink.failures.containsKey(index)) {
        assertThat(value).isEqualTo("" + index);
      }
    });
    if (SPOILERS.contains(fault)) {
      // It goes on until that is seen: whatever it runs then pays for it.
      assertThat(sink.failures).hasSizeLessThanOrEqualTo(1);
      assertThat(sink.failures.values()).allMatch(one -> one.outcome() == Outcome.CRASHED);
      return;
    }
    if (stage == Stage.RECEIVING) {
      // So did each one that was tried in its place, and somebody has to pay, lest the job never
      // end.
      assertThat(sink.failures).containsOnlyKeys(0);
      assertThat(sink.outcome(0)).isEqualTo(Outcome.CRASHED);
      assertThat(sink.error(0).message()).contains("before it had the task");
      return;
    }
    // Without a task that was not done: the others may run elsewhere, and no one pays.
    assertThat(sink.failures).isEmpty();
    assertThat(sink.answered()).isEqualTo("0");
  }

  /// Nine cells at once, since each takes the grace of a chunk beyond its timeouts; and those that
  /// are known to run no task without any timeouts.
  @Test
  @Timeout(600) // one that ends before it has its chunk is replaced twice
  void theMuteAreEndedWithTheirChunks() throws Exception {
    try (PoolUnderTest pool = new PoolUnderTest(MUTE.size() * (BETWEEN_TASKS.size() + 1))) {
      List<HeardSink> sinks = new ArrayList<>();
      for (Fault fault : MUTE) {
        for (Stage stage : BETWEEN_TASKS) {
          sinks.add(pool.start(chunk(function(source(fault, stage)), TIMEOUT, 0, "0", "1")));
        }
        sinks.add(pool.start(chunk(function(source(fault, Stage.RECEIVING)), null, 0, "0", "1")));
      }
      for (HeardSink sink : sinks) {
        // The first of the chunk pays, so that it ends some time, if it had not got on.
        sink.awaitEnd(MUTE_SECONDS);
        assertThat(sink.failures.keySet()).isSubsetOf(Set.of(0));
      }
      for (Fault fault : MUTE) {
        sinks.add(pool.start(chunk(function(source(fault, Stage.IDLE)), TIMEOUT, 0, "0")));
      }
      for (HeardSink sink : sinks) {
        sink.awaitEnd(MUTE_SECONDS);
      }
      nextTaskWorks(pool);
    }
  }

  /// At once, since each takes the whole time of a load.
  @Test
  void theMuteAtTheirStartFailTheirTasks() throws Exception {
    try (PoolUnderTest pool = new PoolUnderTest(MUTE.size(), PoolUnderTest.starting(LOAD))) {
      List<HeardSink> sinks = new ArrayList<>();
      for (Fault fault : MUTE) {
        String source = source(fault, Stage.STARTING);
        sinks.add(pool.start(chunk(function(source), TIMEOUT, 0, "0", "1", "2")));
      }
      for (HeardSink sink : sinks) {
        sink.awaitEnd(MUTE_SECONDS);
        assertThat(sink.values.keySet()).containsExactly(0, 1, 2);
        assertThat(sink.failures).hasSize(3);
      }
      nextTaskWorks(pool);
    }
  }

  /// The pool may take a moment after a worker that died before it did anything.
  private static void nextTaskWorks(PoolUnderTest pool) throws InterruptedException {
    List<HeardSink> taken = new ArrayList<>();
    Wait.untilSeen(
        "the pool takes the next task",
        () -> {
          HeardSink sink = pool.offered(function("def f(n): return -n - 1"));
          return sink != null && taken.add(sink);
        });
    assertThat(taken.getFirst().awaitEnd().values).containsEntry(0, "-1");
  }

  private static String source(Fault fault, Stage stage) {
    return SOURCE.replace("THE_FAULT", word(fault)).replace("THE_STAGE", word(stage));
  }

  private static String word(Enum<?> one) {
    return one.name().toLowerCase(Locale.ROOT);
  }
}
