package dev.manyhands.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.job.Call;
import dev.manyhands.job.Chunk;
import dev.manyhands.job.Function;
import dev.manyhands.job.JobIds;
import dev.manyhands.job.JsonLines;
import dev.manyhands.job.Outcomes;
import dev.manyhands.job.Timeouts;
import dev.manyhands.testkit.Wait;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class TaskLoopTest {
  private static final JsonLines TWO = JsonLines.of("1\n2\n");

  private final Watchdog watchdog = new Watchdog();
  private final CountDownLatch telling = new CountDownLatch(1);
  private final AtomicBoolean started = new AtomicBoolean();
  private final CountDownLatch told = new CountDownLatch(1);
  private final Chunk chunk =
      new Chunk(
          1,
          new Call(
              new JobIds(InstantSource.system()).next(),
              "someone",
              new Function.Java("second-waits"),
              Timeouts.NONE,
              false),
          1,
          0,
          2,
          () -> TWO);

  private final JavaPool.Shared shared =
      new JavaPool.Shared(
          new Functions(
              List.of(new GivenFunction<>("second-waits", Long.class, this::waitIfSecond))),
          new ThreadSettings(Duration.ofMillis(200), 2),
          watchdog,
          InstantSource.system(),
          WaysOut.NONE);

  /// A worker's thread with its chunk.
  private final class Begun {
    private final SlowSink sink = new SlowSink();
    private final ChunkRun run = new ChunkRun(chunk, sink, "threads-1", given -> {});
    private final Thread worker = Thread.ofPlatform().unstarted(() -> run.run(shared));

    Begun start() {
      worker.start();
      return this;
    }
  }

  /// Whoever tells it something in the worker's place waits until the test has seen enough.
  private final class SlowSink implements ChunkSink {
    private volatile boolean toldByWorker;

    @Override
    public void outcomes(Chunk chunk, Outcomes outcomes) {
      if (!Thread.currentThread().isVirtual()) {
        toldByWorker = true;
        return;
      }
      telling.countDown();
      Wait.until(told, "the test has seen enough");
    }

    @Override
    public void ended(Chunk chunk) {
      throw new AssertionError("the pool tells this, and there is none");
    }
  }

  @AfterEach
  void close() {
    told.countDown();
    watchdog.close();
  }

  /// A task that may not start has begun for those who look: one of them may have taken it for one
  /// that runs for long, and be about to tell what the worker has.
  @Test
  void aWorkerWhoseTaskMayNotStartWaitsForWhoTellsInItsPlace() throws Exception {
    AtomicReference<Begun> last = new AtomicReference<>(new Begun().start());
    Wait.untilSeen(
        "somebody tells of the first task in the worker's place",
        () -> {
          // One that stood still before its second task has told of the first by itself.
          if (last.get().sink.toldByWorker) {
            last.set(new Begun().start());
          }
          last.get().run.tellHeld();
          return telling.getCount() == 0;
        });

    Begun begun = last.get();
    begun.run.cut();
    Thread next = Thread.ofPlatform().start(() -> runWhatMayNotStart(begun.run));
    Wait.untilSeen(
        "it waits or has gone on",
        () -> next.getState() == Thread.State.BLOCKED || !next.isAlive());

    assertThat(next.getState()).isEqualTo(Thread.State.BLOCKED);
    told.countDown();
    next.join();
    begun.worker.join();
    assertThat(started).isFalse();
  }

  /// As the worker's thread would, had its look at the clock come a moment later.
  private void runWhatMayNotStart(ChunkRun run) {
    LineTask none =
        (line, from, to, values) -> {
          started.set(true);
        };
    Collected nothing = new Collected("threads-1", InstantSource.system(), chunk, TWO.length());
    new TaskLoop(run, none, TWO, nothing, new RunningTask(Thread.currentThread())).run(watchdog);
  }

  private Long waitIfSecond(Long n) {
    if (n == 2) {
      Wait.until(told, "the test has seen enough");
    }
    return n;
  }
}
