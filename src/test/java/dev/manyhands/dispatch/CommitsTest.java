package dev.manyhands.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.job.InputBlock;
import dev.manyhands.job.Job;
import dev.manyhands.job.JsonLines;
import dev.manyhands.store.Change;
import dev.manyhands.testkit.Wait;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class CommitsTest {
  private final ScriptedStore store = new ScriptedStore();
  private final ResultWriter writer =
      new ResultWriter(store, List.of(), Duration.ZERO, Duration.ofMillis(1));
  private final Commits commits = new Commits(writer, new Backlog(1 << 20));
  private final InputCache inputs = new InputCache(store, 0);

  @BeforeEach
  void start() {
    writer.start();
  }

  @AfterEach
  void stop() {
    writer.close();
  }

  /// Its sender stands still until the writer has gone on to something else.
  @Test
  void whatIsStoredBeforeItBeginsIsNotHeldForEver() {
    store.script.add(ScriptedStore::takesAll);
    store.script.add(ScriptedStore::takesAll);
    Job job = Jobs.order(1).job();
    InputBlock block = new InputBlock(0, JsonLines.of("1\n"));
    store.inputs.put(0, block);
    CountDownLatch goneOn = new CountDownLatch(1);

    commits.acceptRunning(
        new Change.Accept(job, List.of(block)),
        block.bytes(),
        () -> {
          Wait.untilSeen("it is stored", () -> !store.commits.isEmpty());
          commits.write(new Change.Discard(job.id()), 0, goneOn::countDown);
          inputs.hold(job.id(), block);
        },
        stored -> inputs.release(job.id(), block));

    assertThat(goneOn.getCount()).isZero();
    inputs.look(job.id(), 0, 0, 1);
    assertThat(store.reads).as("what is held is not read").containsExactly(0);
  }

  @Test
  void whereWhatFollowsGoesWrongItsSenderWaitsNoLonger() {
    store.script.add(ScriptedStore::takesAll);
    Change change = new Change.Discard(Jobs.order(1).job().id());
    Runnable wrong =
        () -> {
          throw new UnsupportedOperationException("by a test");
        };

    assertThat(CompletableFuture.runAsync(() -> commits.write(change, 0, wrong)))
        .failsWithin(Wait.LIMIT)
        .withThrowableThat()
        .withMessageContaining("follows a commit");
  }
}
