package dev.manyhands.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.job.DependsOn;
import dev.manyhands.job.InputBlock;
import dev.manyhands.job.JobId;
import dev.manyhands.store.JobStore;
import dev.manyhands.testkit.Wait;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Commits are in the test's hands; of the jobs, the first has no values and the second cannot be
/// read.
@Timeout(60)
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

  @Test
  void whatNobodyKnowsIsToldFirst() throws Exception {
    committing().failed().accept(new IllegalStateException("stored or not"));

    assertThat(failure.get()).hasMessage("stored or not");
  }
}
