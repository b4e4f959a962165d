package dev.manyhands.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.job.DependsOn;
import dev.manyhands.job.InputBlock;
import dev.manyhands.job.JobId;
import dev.manyhands.job.JsonLines;
import dev.manyhands.store.JobStore;
import dev.manyhands.testkit.Wait;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Commits are in the test's hands; of the jobs, the first has no values and the second cannot be
/// read.
@Timeout(180)
class FeedTest {
  private static final DependsOn TWO =
      new DependsOn(
          List.of(new JobId("job_" + "1".repeat(26)), new JobId("job_" + "2".repeat(26))),
          DependsOn.Inputs.WHOLE,
          DependsOn.OnFailed.RUN);

  private record Commit(
      List<InputBlock> blocks, Consumer<Boolean> done, Consumer<RuntimeException> failed) {}

  private final BlockingQueue<Commit> commits = new LinkedBlockingQueue<>();
  private final CompletableFuture<Throwable> failure = new CompletableFuture<>();
  private final Thread feeder = Thread.ofVirtual().unstarted(this::feed);

  private final Inflow inflow =
      new Inflow(
          0,
          1000,
          new Ahead(Long.MAX_VALUE),
          Duration.ofHours(1),
          (blocks, _, done, failed) -> commits.add(new Commit(blocks, done, failed)));

  private void feed() {
    JobStore store =
        WatchedStore.of(
            new ScriptedStore(),
            (_, arguments) -> {
              if (arguments[0].equals(TWO.jobs().getLast())) {
                throw new IllegalStateException("cannot be read");
              }
            });
    try {
      new Feed(store, 1000).feed(TWO, 0, new Addition(inflow));
    } catch (RuntimeException e) {
      failure.complete(e);
    }
  }

  private Commit committing() throws InterruptedException {
    feeder.start();
    Commit commit = commits.take();
    Wait.untilSeen("the feed waits for it", () -> feeder.getState() == Thread.State.WAITING);
    assertThat(failure).isNotDone();
    return commit;
  }

  @Test
  void itFailsWhenNothingIsOnItsWayAnyMore() throws Exception {
    committing().done().accept(true);

    assertThat(failure.get()).hasMessage("cannot be read");
  }

  /// There are more of them than may be fed at once.
  @Test
  void whoHasNoRoomHoldsUpNobody() throws Exception {
    Feed feed = new Feed(new ScriptedStore(), 1000);
    List<Inflow> full = IntStream.range(0, Feed.MOST_AT_ONCE).mapToObj(_ -> full()).toList();
    List<Thread> held =
        full.stream()
            .map(job -> Thread.startVirtualThread(() -> feed.feed(TWO, 0, new Addition(job))))
            .toList();
    for (Thread each : held) {
      Wait.untilSeen("it waits for room", () -> each.getState() == Thread.State.TIMED_WAITING);
    }
    Thread third = Thread.startVirtualThread(() -> feed.feed(TWO, 0, new Addition(inflow)));

    for (int i = 0; i < TWO.jobs().size(); i++) {
      Commit commit = commits.poll(20, TimeUnit.SECONDS);
      assertThat(commit).isNotNull();
      commit.done().accept(true);
    }
    assertThat(third.join(Wait.LIMIT)).isTrue();
    Wait.untilSeen(
        "they go on when something has been run",
        () -> {
          full.forEach(job -> job.ended(1 + TWO.jobs().size()));
          return held.stream().noneMatch(Thread::isAlive);
        });
  }

  private static Inflow full() {
    Inflow full =
        new Inflow(
            0, 1000, new Ahead(1), Duration.ofHours(1), (_, _, done, _) -> done.accept(true));
    full.add(JsonLines.of("1\n"), new Sent());
    return full;
  }

  @Test
  void whatNobodyKnowsIsToldFirst() throws Exception {
    committing().failed().accept(new IllegalStateException("stored or not"));

    assertThat(failure.get()).hasMessage("stored or not");
  }
}
