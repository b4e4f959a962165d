package dev.manyhands.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.manyhands.job.Call;
import dev.manyhands.job.Chunk;
import dev.manyhands.job.Failure;
import dev.manyhands.job.Function;
import dev.manyhands.job.JobId;
import dev.manyhands.job.JobIds;
import dev.manyhands.job.JsonLines;
import dev.manyhands.job.NotBegun;
import dev.manyhands.job.Outcome;
import dev.manyhands.job.Outcomes;
import dev.manyhands.job.TaskError;
import dev.manyhands.job.Timeouts;
import dev.manyhands.testkit.Wait;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What every [WorkerPool] keeps to, whatever its workers are. A pool's own test extends this.
@Timeout(180)
abstract class WorkerPoolContract {
  /// Long enough that a task which waits so long was stopped, if the test ends.
  private static final long FOREVER_MILLIS = 3_600_000;

  private static final JobId JOB = new JobIds(InstantSource.system()).next();

  private final List<CountDownLatch> gates = new ArrayList<>();
  private final AtomicLong lastChunk = new AtomicLong();
  private final RecordingSink sink = new RecordingSink();
  private WorkerPool pool;

  /// A pool that is open and free.
  abstract WorkerPool open(int size);

  /// Squares a whole number.
  abstract Function square();

  /// Fails, as its language does it, for 13, and returns any other whole number.
  abstract Function failsAt13();

  /// Waits so many milliseconds, unless it is stopped, and returns them.
  abstract Function sleep();

  /// Whether a task that was cancelled did not end when it was asked to, and took its worker along.
  boolean isWorkerEnded(TaskError cancelled) {
    return false;
  }

  @BeforeEach
  void openPool() {
    pool = open(2);
  }

  @AfterEach
  void closePool() {
    gates.forEach(CountDownLatch::countDown);
    pool.close();
  }

  @Test
  void everyTaskIsAnsweredOnceAndInItsPlace() {
    assertThat(pool.offer(chunk(square(), 0, 1000), sink)).isTrue();
    assertThat(pool.offer(chunk(square(), 1000, 500), sink)).isTrue();
    sink.untilEnded(2);
    assertThat(sink.tasks()).hasSize(1500);
    for (long i = 0; i < 1500; i++) {
      assertThat(sink.task((int) i).value()).isEqualTo(Long.toString(i * i));
    }
    assertThat(sink.told())
        .allSatisfy(told -> assertThat(told.stint().worker()).startsWith(pool.name() + "-"));
  }

  @Test
  void aFullPoolRefusesAndAFreedWorkerTakesTheNext() {
    CountDownLatch first = gate();
    CountDownLatch second = gate();
    assertThat(pool.offer(held(first, 0), sink)).isTrue();
    assertThat(pool.offer(held(second, 1), sink)).isTrue();
    assertThat(pool.busy()).isEqualTo(2);
    Chunk third = chunk(square(), 2, 1);
    assertThat(pool.offer(third, sink)).isFalse();
    first.countDown();
    sink.untilEnded(1);
    assertThat(pool.offer(third, sink)).isTrue();
    second.countDown();
    sink.untilEnded(3);
    assertThat(sink.tasks()).hasSize(3);
    assertThat(pool.busy()).isZero();
  }

  @Test
  void neverMoreThanItsSizeRunAtOnceAndAWorkerThatEndsIsFree() {
    AtomicInteger running = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    // The first two are the test's own: while it offers the second, the first may have had all
    // others.
    AtomicInteger offered = new AtomicInteger(2);
    RecordingSink chained = new RecordingSink();
    ChunkSink next =
        new ChunkSink() {
          @Override
          public void outcomes(Chunk chunk, Outcomes outcomes) {
            running.decrementAndGet();
            chained.outcomes(chunk, outcomes);
          }

          @Override
          public void ended(Chunk chunk) {
            int index = offered.getAndIncrement();
            if (index < 300) {
              assertThat(pool.offer(counted(index, running, most), this))
                  .as("offer at the end of a chunk")
                  .isTrue();
            }
            chained.ended(chunk);
          }
        };
    assertThat(pool.offer(counted(0, running, most), next)).isTrue();
    assertThat(pool.offer(counted(1, running, most), next)).isTrue();
    chained.untilEnded(300);
    assertThat(chained.tasks()).hasSize(300);
    assertThat(most).hasValueBetween(1, 2);
  }

  @Test
  void aFailureIsDataAndLeavesItsNeighbours() {
    pool.offer(chunk(failsAt13(), 10, 6), sink);
    sink.untilEnded(1);
    assertThat(sink.tasks()).hasSize(6);
    Failure failure = sink.failure(13);
    assertThat(failure.outcome()).isEqualTo(Outcome.FAILED);
    assertThat(failure.error().kind()).isEqualTo("exception");
    assertThat(failure.error().message()).isNotEmpty();
    assertThat(sink.task(12).value()).isEqualTo("12");
    assertThat(sink.task(14).value()).isEqualTo("14");
    assertThat(sink.told().getFirst().times().count()).isEqualTo(sink.told().getFirst().count());
  }

  @Test
  void aTaskOverItsTimeoutIsTimedOutAndTheRestGoesOn() {
    pool.offer(chunk(sleep(), 0, Duration.ofSeconds(8), 0, FOREVER_MILLIS, 0, 1), sink);
    sink.untilEnded(1);
    assertThat(sink.tasks()).hasSize(4);
    assertThat(sink.failure(1).outcome()).isEqualTo(Outcome.TIMED_OUT);
    assertThat(sink.failure(1).error().kind()).isEqualTo("timeout");
    assertThat(sink.task(2).value()).isEqualTo("0");
    assertThat(sink.task(3).value()).isEqualTo("1");
    assertWorks();
  }

  @Test
  void cancelEndsTheRunningTaskAndStartsNoLaterOne() {
    Chunk chunk = chunk(sleep(), 0, null, 0, 100, FOREVER_MILLIS, 0);
    Chunk other = chunk(square(), 10, 1);
    pool.offer(chunk, sink);
    // The first task took longer than outcomes are held back, so once they are told the next ones
    // run.
    Wait.until(sink, "the first outcomes are told", () -> !sink.told().isEmpty());
    pool.cancel(chunk.id());
    sink.untilEnded(1);
    assertThat(sink.tasks()).doesNotContainKey(3);
    assertThat(sink.task(0).outcome()).isEqualTo(Outcome.SUCCEEDED);
    if (sink.tasks().containsKey(2)) {
      assertThat(sink.failure(2).outcome()).isEqualTo(Outcome.CANCELLED);
    }
    assertThat(pool.offer(other, sink)).isTrue();
    sink.untilEnded(2);
    assertWorks();
  }

  @Test
  void aTaskThatIsAskedInTimeIsTimedOutAndTheRestGoesOn() {
    Timeouts timeouts = new Timeouts(Duration.ofSeconds(6), Duration.ofHours(1));
    pool.offer(asked(sleep(), 0, timeouts, 0, FOREVER_MILLIS, 0, FOREVER_MILLIS, 1), sink);
    sink.untilEnded(1);
    assertThat(sink.tasks()).hasSize(5);
    assertThat(sink.failure(1).outcome()).isEqualTo(Outcome.TIMED_OUT);
    assertThat(sink.failure(1).error().kind()).isEqualTo("timeout");
    assertThat(sink.failure(1).error().message()).contains("PT6S (softTimeout)");
    assertThat(sink.failure(3).outcome()).isEqualTo(Outcome.TIMED_OUT);
    assertThat(sink.task(4).value()).isEqualTo("1");
    assertWorks();
  }

  @Test
  void cancelOfOneTaskEndsItAndItsNeighboursGoOn() {
    Chunk chunk = chunk(sleep(), 0, null, 100, FOREVER_MILLIS, 0, 1);
    pool.offer(chunk, sink);
    Wait.until(sink, "the first outcomes are told", () -> !sink.told().isEmpty());
    // It runs now, or is the next to run, and then it is not started.
    pool.cancel(chunk.id(), 1);
    sink.untilEnded(1);
    assertThat(sink.task(0).value()).isEqualTo("100");
    if (sink.tasks().containsKey(1)) {
      assertThat(sink.failure(1).outcome()).isEqualTo(Outcome.CANCELLED);
      if (isWorkerEnded(sink.failure(1).error())) {
        // What was behind it in the chunk is handed back unstarted.
        assertThat(sink.tasks()).containsOnlyKeys(0, 1);
      } else {
        assertThat(sink.task(2).value()).isEqualTo("0");
        assertThat(sink.task(3).value()).isEqualTo("1");
      }
    } else {
      assertThat(sink.tasks()).hasSize(1);
    }
    assertWorks();
  }

  @Test
  void cancelOfATaskThatHasNotStartedKeepsItAndThoseBehindFromStarting() {
    Chunk chunk = chunk(sleep(), 0, null, 100, 6_000, 0, 0);
    pool.offer(chunk, sink);
    Wait.until(sink, "the first outcomes are told", () -> !sink.told().isEmpty());
    pool.cancel(chunk.id(), 3);
    pool.cancel(chunk.id(), 2);
    sink.untilEnded(1);
    assertThat(sink.tasks()).containsOnlyKeys(0, 1);
    assertThat(sink.task(1).value()).isEqualTo("6000");
    assertWorks();
  }

  @Test
  void cancelOfATaskBeforeTheChunkHasStartedKeepsItFromStarting() {
    CountDownLatch inputs = gate();
    Chunk chunk = withInputs(0, () -> Wait.until(inputs, "the test opens the gate"), "0\n1\n2\n");
    pool.offer(chunk, sink);
    pool.cancel(chunk.id(), 1);
    inputs.countDown();
    sink.untilEnded(1);
    assertThat(sink.tasks()).containsOnlyKeys(0);
    assertWorks();
  }

  @Test
  void cancelOfATaskThatHasEndedIsNoError() {
    Chunk chunk = chunk(sleep(), 0, null, 100, 100, 0);
    pool.offer(chunk, sink);
    Wait.until(sink, "the first outcomes are told", () -> !sink.told().isEmpty());
    pool.cancel(chunk.id(), 0);
    pool.cancel(4711, 0);
    sink.untilEnded(1);
    assertThat(sink.tasks()).containsKeys(0, 1);
    assertThat(sink.task(1).value()).isEqualTo("100");
    assertWorks();
  }

  @Test
  void cancelBeforeTheFirstTaskAnswersNothing() {
    CountDownLatch inputs = gate();
    Chunk chunk = held(inputs, 0);
    pool.offer(chunk, sink);
    pool.cancel(chunk.id());
    inputs.countDown();
    sink.untilEnded(1);
    assertThat(sink.tasks()).isEmpty();
    assertWorks();
  }

  @Test
  void cancelOfAnUnknownChunkIsNoError() {
    pool.cancel(4711);
    assertWorks();
  }

  @Test
  void inputsThatCannotBeReadEndTheChunkWithoutOutcomes() {
    endsWithoutOutcomes(new IllegalStateException("the disk is gone (on purpose)"));
  }

  @Test
  void aChunkThatIsNotToBeginEndsWithoutOutcomes() {
    endsWithoutOutcomes(new NotBegun("by a test"));
  }

  private void endsWithoutOutcomes(RuntimeException why) {
    Chunk broken =
        new Chunk(
            lastChunk.incrementAndGet(),
            new Call(JOB, "someone", square(), Timeouts.NONE),
            1,
            0,
            3,
            () -> {
              throw why;
            });
    pool.offer(broken, sink);
    sink.untilEnded(1);
    assertThat(sink.tasks()).isEmpty();
    assertWorks();
  }

  @Test
  void aLargerPoolTakesMoreAtOnce() {
    CountDownLatch gate = gate();
    pool.offer(held(gate, 0), sink);
    pool.offer(held(gate, 1), sink);
    pool.resize(3);
    assertThat(pool.size()).isEqualTo(3);
    assertThat(pool.offer(held(gate, 2), sink)).isTrue();
    assertThat(pool.offer(held(gate, 3), sink)).isFalse();
    gate.countDown();
    sink.untilEnded(3);
  }

  @Test
  void aSmallerPoolRefusesUntilEnoughHaveEnded() {
    CountDownLatch first = gate();
    CountDownLatch second = gate();
    pool.offer(held(first, 0), sink);
    pool.offer(held(second, 1), sink);
    pool.resize(1);
    assertThat(pool.busy()).isEqualTo(2);
    first.countDown();
    sink.untilEnded(1);
    assertThat(pool.offer(chunk(square(), 2, 1), sink)).isFalse();
    second.countDown();
    sink.untilEnded(2);
    assertThat(pool.offer(chunk(square(), 2, 1), sink)).isTrue();
    sink.untilEnded(3);
    assertThat(sink.tasks()).hasSize(3);
  }

  @Test
  void aSizeBelowOneIsRefused() {
    assertThatThrownBy(() -> pool.resize(0)).isInstanceOf(IllegalArgumentException.class);
    assertThat(pool.size()).isEqualTo(2);
  }

  @Test
  void aChunkThatIsCutEndsWithTheTaskThatRuns() {
    Chunk chunk = chunk(sleep(), 0, null, 100, 6_000, FOREVER_MILLIS, FOREVER_MILLIS);
    pool.offer(chunk, sink);
    Wait.until(sink, "the first outcomes are told", () -> !sink.told().isEmpty());
    pool.cut(chunk.id());
    sink.untilEnded(1);
    assertThat(sink.tasks()).containsKey(0).doesNotContainKeys(2, 3);
    assertThat(sink.tasks().values()).allSatisfy(task -> assertThat(task.failure()).isNull());
    assertWorks();
  }

  @Test
  void aChunkThatIsCutBeforeItsFirstTaskStartsNone() {
    CountDownLatch inputs = gate();
    Chunk chunk = withInputs(0, () -> Wait.until(inputs, "the test opens the gate"), "0\n1\n2\n");
    pool.offer(chunk, sink);
    pool.cut(chunk.id());
    pool.cut(4711);
    inputs.countDown();
    sink.untilEnded(1);
    assertThat(sink.tasks()).isEmpty();
    assertWorks();
  }

  @Test
  void aTaskThatMayRunOnlyOnceHasCrashedWhenCloseEndsIt() {
    JsonLines inputs = JsonLines.of("100\n" + FOREVER_MILLIS + "\n0\n");
    Call call = new Call(JOB, "someone", sleep(), Timeouts.NONE, true);
    pool.offer(new Chunk(lastChunk.incrementAndGet(), call, 1, 0, 3, () -> inputs), sink);
    Wait.until(sink, "the first outcomes are told", () -> !sink.told().isEmpty());
    pool.close();
    sink.untilEnded(1);
    assertThat(sink.task(0).value()).isEqualTo("100");
    assertThat(sink.tasks()).doesNotContainKey(2);
    // It ran, or was about to.
    if (sink.tasks().containsKey(1)) {
      assertThat(sink.failure(1).outcome()).isEqualTo(Outcome.CRASHED);
      assertThat(sink.failure(1).error().message()).contains("which may run only once");
    }
  }

  @Test
  void closeEndsWhatRunsWithoutItsOutcomeAndTakesNoMore() {
    pool.offer(chunk(sleep(), 0, null, 100, 0, FOREVER_MILLIS, 0), sink);
    pool.offer(chunk(sleep(), 10, null, FOREVER_MILLIS), sink);
    Wait.until(sink, "the first outcomes are told", () -> !sink.told().isEmpty());
    pool.close();
    assertThat(sink.endedChunks()).isEqualTo(2);
    sink.untilEnded(2);
    assertThat(sink.tasks()).containsKey(0).doesNotContainKeys(2, 3, 10);
    assertThat(pool.busy()).isZero();
    assertThat(pool.offer(chunk(square(), 20, 1), sink)).isFalse();
    pool.close();
  }

  final WorkerPool pool() {
    return pool;
  }

  /// Goes on with another pool.
  final void use(WorkerPool other) {
    pool.close();
    pool = other;
  }

  final RecordingSink sink() {
    return sink;
  }

  /// The pool still runs tasks on all of its workers.
  final void assertWorks() {
    RecordingSink later = new RecordingSink();
    for (int i = 0; i < pool.size(); i++) {
      assertThat(pool.offer(chunk(square(), i * 3, 3), later)).isTrue();
    }
    later.untilEnded(pool.size());
    assertThat(later.tasks())
        .hasSize(3 * pool.size())
        .allSatisfy((_, task) -> assertThat(task.failure()).isNull());
  }

  /// Tasks whose inputs are their indexes.
  final Chunk chunk(Function function, int first, int count) {
    return chunk(
        function, first, null, IntStream.range(first, first + count).asLongStream().toArray());
  }

  final Chunk chunk(Function function, int first, @Nullable Duration timeout, long... inputs) {
    return asked(function, first, Timeouts.of(timeout), inputs);
  }

  final Chunk asked(Function function, int first, Timeouts timeouts, long... inputs) {
    String text = Arrays.stream(inputs).mapToObj(n -> n + "\n").collect(Collectors.joining());
    JsonLines lines = JsonLines.of(text);
    Call call = new Call(JOB, "someone", function, timeouts);
    return new Chunk(lastChunk.incrementAndGet(), call, 1, first, lines.count(), () -> lines);
  }

  final Chunk chunk(Function function, int first, @Nullable Duration timeout, JsonLines inputs) {
    Call call = new Call(JOB, "someone", function, Timeouts.of(timeout));
    return new Chunk(lastChunk.incrementAndGet(), call, 1, first, inputs.count(), () -> inputs);
  }

  /// A chunk of one task that holds its worker until the gate opens.
  private Chunk held(CountDownLatch gate, int index) {
    return withInputs(index, () -> Wait.until(gate, "the test opens the gate"));
  }

  private Chunk counted(int index, AtomicInteger running, AtomicInteger most) {
    return withInputs(index, () -> most.accumulateAndGet(running.incrementAndGet(), Math::max));
  }

  private Chunk withInputs(int index, Runnable before) {
    return withInputs(index, before, index + "\n");
  }

  private Chunk withInputs(int index, Runnable before, String inputs) {
    JsonLines lines = JsonLines.of(inputs);
    Call call = new Call(JOB, "someone", square(), Timeouts.NONE);
    return new Chunk(
        lastChunk.incrementAndGet(),
        call,
        1,
        index,
        lines.count(),
        () -> {
          before.run();
          return lines;
        });
  }

  private CountDownLatch gate() {
    CountDownLatch gate = new CountDownLatch(1);
    gates.add(gate);
    return gate;
  }
}
