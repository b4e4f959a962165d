package dev.manyhands.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.job.Call;
import dev.manyhands.job.Chunk;
import dev.manyhands.job.Failure;
import dev.manyhands.job.Function;
import dev.manyhands.job.JsonLines;
import dev.manyhands.job.Outcome;
import dev.manyhands.job.Timeouts;
import dev.manyhands.testkit.Wait;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What the pools of threads of this JVM keep to beside [WorkerPoolContract].
abstract class JavaPoolContract extends WorkerPoolContract {
  /// For functions that heed their interrupt, on a machine that does ten other things.
  private static final Duration GRACE = Duration.ofMinutes(1);

  /// For those that do not.
  private static final Duration SHORT_GRACE = Duration.ofMillis(200);

  private final Watchdog watchdog = new Watchdog();

  /// Holds functions that heed nothing else.
  private final CountDownLatch release = new CountDownLatch(1);

  private final CountDownLatch started = new CountDownLatch(1);

  abstract JavaPool open(int size, JavaPool.Shared shared);

  /// Of all functions but those whose names begin with `computing`.
  abstract TaskFunction.Nature nature();

  @Override
  final WorkerPool open(int size) {
    return open(size, GRACE);
  }

  /// Goes on with a pool that soon gives up what does not heed its interrupt.
  private void giveUpSoon() {
    use(open(2, SHORT_GRACE));
  }

  private WorkerPool open(int size, Duration grace) {
    List<GivenFunction<?, ?>> given =
        List.of(
            new GivenFunction<>("square", Long.class, n -> n * n),
            new GivenFunction<>("fails-at-13", Long.class, JavaPoolContract::failAt13),
            new GivenFunction<>("sleep", Long.class, JavaPoolContract::sleep),
            GivenFunction.ofNothing("stubborn", this::ignoreTheInterrupt),
            new GivenFunction<>("deaf", Long.class, this::waitUninterruptibly),
            new GivenFunction<>(
                "deaf-or-fails-at-13",
                Long.class,
                n -> n == 13 ? failAt13(n) : waitUninterruptibly(n)),
            GivenFunction.ofNothing("self-interrupt", JavaPoolContract::interruptSelf),
            GivenFunction.ofNothing("overflow", () -> overflow(0)),
            GivenFunction.ofNothing("not-a-number", () -> Double.NaN),
            GivenFunction.ofNothing("thread", () -> Thread.currentThread().isVirtual()),
            GivenFunction.ofNothing("computing-thread", () -> Thread.currentThread().isVirtual()));
    Functions functions =
        new Functions(
            given.stream()
                .map(one -> one.name().startsWith("computing") ? one : one.that(nature()))
                .toList());
    return open(
        size,
        new JavaPool.Shared(
            functions,
            new ThreadSettings(grace, 2),
            watchdog,
            InstantSource.system(),
            WaysOut.NONE));
  }

  @AfterEach
  void closeWatchdog() {
    release.countDown();
    watchdog.close();
  }

  @Override
  Function square() {
    return new Function.Java("square");
  }

  @Override
  Function failsAt13() {
    return new Function.Java("fails-at-13");
  }

  @Override
  Function sleep() {
    return new Function.Java("sleep");
  }

  /// Negative numbers come back at once.
  private long waitUninterruptibly(long n) {
    if (n == 7) {
      started.countDown();
    }
    while (n >= 0 && release.getCount() > 0) {
      try {
        release.await();
      } catch (InterruptedException unheeded) {
        // On purpose.
      }
    }
    return n;
  }

  private JavaPool threads() {
    return (JavaPool) pool();
  }

  private static Function failing() {
    return new Function.Java("deaf-or-fails-at-13");
  }

  private Function deaf() {
    return new Function.Java("deaf");
  }

  @Test
  void aLongTaskDoesNotHideTheOutcomesOfThoseBeforeIt() {
    pool().offer(chunk(deaf(), 3, null, -1, -2, 7, -4), sink());

    Wait.untilSeen("the two before it are told", () -> sink().tasks().size() == 2);
    assertThat(sink().task(3).value()).isEqualTo("-1");
    assertThat(sink().task(4).value()).isEqualTo("-2");
    assertThat(sink().endedChunks()).isZero();

    release.countDown();
    sink().untilEnded(1);
    assertThat(sink().tasks()).containsOnlyKeys(3, 4, 5, 6);
    assertThat(sink().task(5).value()).isEqualTo("7");
    assertThat(sink().task(6).value()).isEqualTo("-4");
    assertThat(sink().told())
        .as("each telling times what it tells")
        .allSatisfy(told -> assertThat(told.times().count()).isEqualTo(told.count()));
    assertThat(sink().told().stream().mapToLong(told -> told.times().count()).sum()).isEqualTo(4);
  }

  @Test
  void aTaskThatIsGivenUpAfterOthersWereToldForItEndsOnce() {
    giveUpSoon();
    pool().offer(chunk(failing(), 0, Duration.ofSeconds(3), 13, 7, 1), sink());
    Wait.untilSeen("the one before it is told", () -> !sink().tasks().isEmpty());
    assertThat(sink().failure(0).error().message()).contains("13");
    sink().untilEnded(1);

    assertThat(sink().tasks()).containsOnlyKeys(0, 1);
    assertThat(sink().failure(1).outcome()).isEqualTo(Outcome.TIMED_OUT);
    assertThat(sink().failure(1).error().message()).contains("did not heed its interrupt");
    release.countDown();
    Wait.untilSeen("the lost thread has ended", () -> threads().lost() == 0);
    assertThat(sink().tasks()).as("nothing is told twice").hasSize(2);
  }

  @Test
  void aTaskThatDoesNotHeedItsInterruptIsGivenUpAndTheWorkerReplaced() {
    giveUpSoon();
    pool().offer(chunk(deaf(), 0, Duration.ofSeconds(3), -1, 5, -2), sink());
    sink().untilEnded(1);

    assertThat(sink().tasks()).containsOnlyKeys(0, 1);
    assertThat(sink().task(0).value()).isEqualTo("-1");
    assertThat(sink().failure(1).outcome()).isEqualTo(Outcome.TIMED_OUT);
    assertThat(sink().failure(1).error().message()).contains("did not heed its interrupt");
    assertThat(threads().lost()).isEqualTo(1);
    assertThat(pool().busy()).isZero();
    assertWorks();

    release.countDown();
    Wait.untilSeen("the lost thread has ended", () -> threads().lost() == 0);
    assertThat(sink().tasks()).as("nothing is told twice").hasSize(2);
  }

  @Test
  void withTooManyLostThreadsThePoolIsDegradedUntilOneEnds() {
    giveUpSoon();
    AtomicInteger changes = new AtomicInteger();
    pool().onChange(changes::incrementAndGet);
    pool().offer(chunk(deaf(), 0, Duration.ofMillis(50), 5), sink());
    pool().offer(chunk(deaf(), 1, Duration.ofMillis(50), 5), sink());
    sink().untilEnded(2);

    assertThat(pool().problem().orElseThrow())
        .isEqualTo("2 of its threads are held by tasks that do not heed their interrupt");
    // Two that give up at the same time tell it both.
    Wait.untilSeen("who watches the pool was told", () -> changes.get() > 0);
    int told = changes.get();
    assertThat(pool().offer(chunk(square(), 2, 1), sink())).isFalse();

    release.countDown();
    Wait.untilSeen("the pool is well again", () -> pool().problem().isEmpty());
    Wait.untilSeen("who watches the pool was told of that too", () -> changes.get() > told);
    assertWorks();
  }

  @Test
  void cancelOfTheJobGivesUpATaskThatDoesNotHeedIt() {
    giveUpSoon();
    Chunk chunk = chunk(deaf(), 0, null, -1, 7, -2);
    pool().offer(chunk, sink());
    Wait.until(started, "the task runs");
    pool().cancel(chunk.id());
    sink().untilEnded(1);
    assertThat(sink().task(0).value()).isEqualTo("-1");
    assertThat(sink().failure(1).outcome()).isEqualTo(Outcome.CANCELLED);
    assertThat(sink().tasks()).doesNotContainKey(2);
    assertWorks();
  }

  @Test
  void cancelOfOneTaskGivesItUpWhenItDoesNotHeedIt() {
    giveUpSoon();
    Chunk chunk = chunk(deaf(), 0, null, 7, -2);
    pool().offer(chunk, sink());
    Wait.until(started, "the task runs");
    pool().cancel(chunk.id(), 0);
    sink().untilEnded(1);
    assertThat(sink().failure(0).outcome()).isEqualTo(Outcome.CANCELLED);
    assertThat(sink().tasks()).doesNotContainKey(1);
    assertWorks();
  }

  @Test
  void aTaskThatMayRunOnlyOnceAndOutlivesTheCloseHasCrashed() {
    giveUpSoon();
    pool().offer(chunk(deaf(), 0, Duration.ofMillis(50), 5), sink());
    sink().untilEnded(1); // with a lost thread the close waits for a moment only
    Chunk chunk = chunk(deaf(), 1, null, 7, -2);
    Call once = new Call(chunk.call().job(), "someone", deaf(), Timeouts.NONE, true);
    pool().offer(new Chunk(chunk.id(), once, 1, 1, 2, chunk.inputs()), sink());
    Wait.until(started, "its first task runs");
    pool().close();
    sink().untilEnded(2);
    assertThat(sink().failure(1).outcome()).isEqualTo(Outcome.CRASHED);
    assertThat(sink().tasks()).containsOnlyKeys(0, 1);
  }

  @Test
  void outcomesAreToldSoonOnlyIfSomebodyWaitsForThem() {
    assertThat(partsToldOf(true)).as("soon").contains(2);
    assertThat(partsToldOf(false)).as("together").contains(1);
  }

  /// In how many parts two tasks of 60 ms were told, in some rounds: a machine that pauses for long
  /// in one of them tells nothing.
  private List<Integer> partsToldOf(boolean prompt) {
    List<Integer> parts = new ArrayList<>();
    for (int round = 0; round < 5; round++) {
      RecordingSink heard = new RecordingSink();
      Chunk like = chunk(sleep(), 0, null, 60, 60);
      assertThat(
              pool()
                  .offer(
                      new Chunk(like.id(), like.call(), 1, 0, 2, false, prompt, like.inputs()),
                      heard))
          .isTrue();
      heard.untilEnded(1);
      parts.add(heard.told().size());
    }
    return parts;
  }

  @Test
  void aPoolWithALostThreadClosesAllTheSame() {
    giveUpSoon();
    pool().offer(chunk(deaf(), 0, Duration.ofMillis(50), 5), sink());
    sink().untilEnded(1);
    long start = System.nanoTime();
    pool().close();
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .as("less than a close waits where no thread is lost")
        .isLessThan(Duration.ofSeconds(9));
  }

  @Test
  void aFailureNamesTheExceptionAndTheFramesOfTheFunctionOnly() {
    pool().offer(chunk(failsAt13(), 13, 1), sink());
    sink().untilEnded(1);
    Failure failure = sink().failure(13);
    assertThat(failure.error().type()).isEqualTo("java.lang.IllegalArgumentException");
    assertThat(failure.error().message()).isEqualTo("13 is no good");
    assertThat(failure.error().traceback())
        .startsWith("java.lang.IllegalArgumentException: 13 is no good\n\tat ")
        .contains("failAt13")
        .doesNotContain(LineFunction.class.getName(), TaskLoop.class.getName());
  }

  @Test
  void aValueReturnedAfterTheTimeoutDoesNotCount() {
    pool().offer(lines("stubborn", Duration.ofMillis(20), "1\n2\n"), sink());
    sink().untilEnded(1);
    assertThat(sink().failure(0).outcome()).isEqualTo(Outcome.TIMED_OUT);
    // It found itself interrupted as well: the first interrupt was not taken for the second.
    assertThat(sink().failure(1).outcome()).isEqualTo(Outcome.TIMED_OUT);
    assertWorks();
  }

  @Test
  void aValueReturnedAfterCancelDoesNotCount() {
    Chunk chunk = lines("stubborn", null, "1\n2\n");
    pool().offer(chunk, sink());
    Wait.until(started, "the function runs");
    pool().cancel(chunk.id());
    sink().untilEnded(1);
    assertThat(sink().tasks()).containsOnlyKeys(0);
    assertThat(sink().failure(0).outcome()).isEqualTo(Outcome.CANCELLED);
    assertWorks();
  }

  @Test
  void aFunctionThatInterruptsItselfHarmsNoNextTask() {
    pool().offer(lines("self-interrupt", null, "1\n2\n3\n"), sink());
    sink().untilEnded(1);
    assertThat(sink().tasks().values())
        .extracting(RecordingSink.Ended::value)
        .containsOnly("false");
  }

  @Test
  void anErrorIsDataToo() {
    pool().offer(lines("overflow", null, "1\n"), sink());
    sink().untilEnded(1);
    assertThat(sink().failure(0).error().type()).isEqualTo("java.lang.StackOverflowError");
    assertThat(sink().failure(0).error().traceback()).hasSizeLessThanOrEqualTo(8 * 1024);
    assertWorks();
  }

  @Test
  void anInputOfTheWrongTypeFailsItsTaskOnly() {
    pool().offer(lines("square", null, "3\n\"three\"\n5\n"), sink());
    sink().untilEnded(1);
    assertThat(sink().failure(1).error().type()).isEqualTo("InvalidInput");
    assertThat(sink().failure(1).error().message())
        .contains("a whole number")
        .contains("got: \"three\"");
    assertThat(sink().task(2).value()).isEqualTo("25");
  }

  @Test
  void aValueWithoutJsonFormIsAResultError() {
    pool().offer(lines("not-a-number", null, "1\n"), sink());
    sink().untilEnded(1);
    assertThat(sink().failure(0).error().kind()).isEqualTo("result");
    assertThat(sink().failure(0).error().message()).contains("NaN");
  }

  @Test
  void aFunctionThatIsGoneFailsAllTasks() {
    pool().offer(lines("gone", null, "1\n2\n"), sink());
    sink().untilEnded(1);
    assertThat(sink().tasks()).hasSize(2);
    assertThat(sink().failure(1).error().kind()).isEqualTo("function");
    assertThat(sink().failure(1).error().message()).contains("java:gone");
  }

  @Test
  void aMissingInputEndsTheChunkWithoutOutcomes() {
    Chunk two = lines("square", null, "1\n2\n");
    Chunk broken = new Chunk(two.id(), two.call(), 1, 0, 3, two.inputs());
    pool().offer(broken, sink());
    sink().untilEnded(1);
    assertThat(sink().tasks()).isEmpty();
  }

  private Chunk lines(String function, @Nullable Duration timeout, String inputs) {
    return chunk(new Function.Java(function), 0, timeout, JsonLines.of(inputs));
  }

  private static Long failAt13(Long n) {
    if (n == 13) {
      throw new IllegalArgumentException("13 is no good");
    }
    return n;
  }

  private static Long sleep(Long millis) throws InterruptedException {
    Thread.sleep(millis);
    return millis;
  }

  private Object ignoreTheInterrupt() {
    started.countDown();
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      return "a late value";
    }
    throw new AssertionError("nobody opens the latch");
  }

  private static Object interruptSelf() {
    boolean found = Thread.currentThread().isInterrupted();
    Thread.currentThread().interrupt();
    return found;
  }

  private static int overflow(int depth) {
    return depth < 0 ? 0 : 1 + overflow(depth + 1);
  }
}
