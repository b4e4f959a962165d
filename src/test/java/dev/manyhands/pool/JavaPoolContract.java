package dev.manyhands.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.job.Chunk;
import dev.manyhands.job.Failure;
import dev.manyhands.job.Function;
import dev.manyhands.job.JsonLines;
import dev.manyhands.job.Outcome;
import dev.manyhands.testkit.Wait;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What the pools of threads of this JVM keep to beside [WorkerPoolContract].
abstract class JavaPoolContract extends WorkerPoolContract {
  private final Watchdog watchdog = new Watchdog();
  private final CountDownLatch started = new CountDownLatch(1);

  abstract JavaPool open(int size, JavaPool.Shared shared);

  @Override
  final WorkerPool open(int size) {
    Functions functions =
        new Functions(
            List.of(
                new GivenFunction<>("square", Long.class, n -> n * n),
                new GivenFunction<>("fails-at-13", Long.class, JavaPoolContract::failAt13),
                new GivenFunction<>("sleep", Long.class, JavaPoolContract::sleep),
                GivenFunction.ofNothing("stubborn", this::ignoreTheInterrupt),
                GivenFunction.ofNothing("self-interrupt", JavaPoolContract::interruptSelf),
                GivenFunction.ofNothing("overflow", () -> overflow(0)),
                GivenFunction.ofNothing("not-a-number", () -> Double.NaN)));
    return open(
        size, new JavaPool.Shared(functions, watchdog, InstantSource.system(), WaysOut.NONE));
  }

  @AfterEach
  void closeWatchdog() {
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
