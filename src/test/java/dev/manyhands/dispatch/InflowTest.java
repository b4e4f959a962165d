package dev.manyhands.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.manyhands.job.InputBlock;
import dev.manyhands.job.JsonLines;
import dev.manyhands.job.Refused;
import dev.manyhands.testkit.Wait;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Commits are in the test's hands: each waits until the test lets it happen.
class InflowTest {
  private static final int MEGABYTE = 1024 * 1024;

  private record Commit(
      List<InputBlock> blocks, Consumer<Boolean> done, Consumer<RuntimeException> failed) {}

  private final Queue<Commit> commits = new ConcurrentLinkedQueue<>();
  private final List<String> heard = new ArrayList<>();
  private final Inflow inflow = inflow(1000, 100 * MEGABYTE);

  private Inflow inflow(int maxInputs, long maxAhead) {
    return new Inflow(
        0,
        maxInputs,
        new Ahead(maxAhead),
        Duration.ofHours(1),
        (blocks, _, done, failed) -> commits.add(new Commit(blocks, done, failed)));
  }

  private final Growth.Sender sender = new Heard();
  private final Growth.Sender other = new Heard();

  private class Heard implements Growth.Sender {
    private @Nullable RuntimeException failure;

    @Override
    public void taken(int first, int count) {
      heard.add(count + " from " + first);
    }

    @Override
    public void refused(RuntimeException why) {
      failure = why;
      heard.add(String.valueOf(why.getMessage()));
    }

    @Override
    public @Nullable RuntimeException failure() {
      return failure;
    }
  }

  private static JsonLines lines(int count) {
    return JsonLines.of("1\n".repeat(count));
  }

  private Commit next() {
    Commit commit = commits.remove();
    assertThat(commits).as("one growth at a time").isEmpty();
    return commit;
  }

  @Test
  void whatArrivesDuringACommitGoesTogetherIntoTheNext() {
    inflow.add(lines(2), sender);
    Commit first = next();
    inflow.add(lines(1), sender);
    inflow.add(lines(3), sender);

    first.done().accept(true);
    Commit second = next();
    second.done().accept(true);

    assertThat(second.blocks()).hasSize(1);
    assertThat(second.blocks().getFirst().first()).isEqualTo(2);
    assertThat(second.blocks().getFirst().count()).isEqualTo(4);
    assertThat(heard).containsExactly("2 from 0", "1 from 2", "3 from 3");
    assertThat(commits).isEmpty();
  }

  @Test
  void nothingOfASenderGoesInBehindWhatCouldNotBeStored() {
    inflow.add(lines(2), sender);
    Commit first = next();
    inflow.add(lines(1), sender);
    inflow.add(lines(4), other);
    inflow.add(lines(3), sender);
    first.failed().accept(new IllegalStateException("full"));
    Commit second = next();
    second.done().accept(true);

    assertThat(second.blocks()).hasSize(1);
    assertThat(heard).containsExactly("full", "full", "full", "4 from 0");
  }

  /// Of a committer that fails, nobody hears later.
  @Test
  void whatCouldNotBePutOnItsWayIsToldAndTheNextGoesIn() {
    AtomicBoolean fails = new AtomicBoolean(true);
    Inflow inflow =
        new Inflow(
            0,
            1000,
            new Ahead(MEGABYTE),
            Duration.ofHours(1),
            (_, _, done, _) -> {
              if (fails.getAndSet(false)) {
                throw new OutOfMemoryError("made by a test");
              }
              done.accept(true);
            });

    inflow.add(lines(2), sender);
    inflow.add(lines(3), other);
    inflow.close("was sealed", () -> heard.add("sealed"));

    assertThat(heard).containsExactly("inputs could not be put on their way", "3 from 0", "sealed");
  }

  @Test
  void aSenderThatFailsHoldsUpNobody() {
    inflow.add(
        lines(2),
        new Heard() {
          @Override
          public void taken(int first, int count) {
            throw new StackOverflowError("made by a test");
          }
        });
    Commit first = next();
    inflow.add(lines(1), sender);
    first.done().accept(true);
    next().done().accept(true);

    assertThat(heard).containsExactly("1 from 2");
  }

  @Test
  void aSealWaitsForWhatIsOnItsWay() {
    inflow.add(lines(2), sender);
    Commit first = next();
    inflow.add(lines(1), sender);
    inflow.close("was sealed", () -> heard.add("sealed"));

    assertThatThrownBy(() -> inflow.add(lines(1), sender))
        .isInstanceOf(Refused.class)
        .hasMessage("the job was sealed");
    first.done().accept(true);
    assertThat(heard).containsExactly("2 from 0");
    next().done().accept(true);
    assertThat(heard).containsExactly("2 from 0", "1 from 2", "sealed");
  }

  @Test
  void aCancelWaitsForTheCommitAndDropsTheRest() {
    inflow.add(lines(2), sender);
    Commit first = next();
    inflow.add(lines(1), sender);
    inflow.cutOff("was cancelled", () -> heard.add("cancelled"));
    inflow.cutOffUnlessClosed("was taken back", () -> heard.add("taken back"));

    assertThat(heard).containsExactly("the job was cancelled");
    first.done().accept(true);
    assertThat(heard).containsExactly("the job was cancelled", "2 from 0", "cancelled");
    assertThat(commits).isEmpty();
  }

  @Test
  void whoReadsWhatComesIsToldOnceThatNothingMoreIsTaken() {
    Runnable gone = () -> heard.add("told one that has gone");
    inflow.whenClosed(() -> heard.add("told"));
    inflow.whenClosed(gone);
    inflow.forget(gone);

    inflow.close("was sealed", () -> heard.add("sealed"));
    inflow.cutOff("was cancelled", () -> {});
    inflow.whenClosed(() -> heard.add("told at once"));

    assertThat(heard).containsExactly("told", "sealed", "told at once");
    assertThat(inflow.closed().orElseThrow().detail()).isEqualTo("the job was sealed");
  }

  @Test
  void onlyWhatIsReadAsItComesIsTakenAfterAWhile() throws Exception {
    Inflow full =
        new Inflow(
            0,
            1000,
            new Ahead(1),
            Duration.ofMillis(10),
            (blocks, _, done, failed) -> commits.add(new Commit(blocks, done, failed)));
    full.add(lines(1), sender);
    next().done().accept(true);
    Thread whole = Thread.startVirtualThread(() -> full.addWhole(lines(5), sender, null));
    Wait.untilSeen("it waits for room", () -> whole.getState() == Thread.State.TIMED_WAITING);

    full.add(lines(2), sender);
    Commit held = next();
    assertThat(held.blocks().getFirst().count()).isEqualTo(2);
    held.done().accept(true);
    full.ended(3);
    whole.join();

    assertThat(next().blocks().getFirst().count()).isEqualTo(5);
  }

  @Test
  void moreInputsThanAJobMayHaveAreRefused() {
    Inflow small = inflow(3, MEGABYTE);
    small.add(lines(2), sender);
    next().done().accept(true);
    small.add(lines(2), sender);
    Commit none = commits.poll();
    small.add(lines(1), sender);
    small.add(lines(1), other);
    next().done().accept(true);

    assertThat(none).as("a growth by nothing").isNull();
    String tooMany = "expected at most 3 inputs of a job, it has 2";
    assertThat(heard).containsExactly("2 from 0", tooMany, tooMany, "1 from 2");
  }

  @Test
  void aSenderWaitsWhileTheJobHasFarMoreThanItHasRun() {
    Inflow slow = inflow(10 * MEGABYTE, 2 * MEGABYTE);
    slow.add(lines(MEGABYTE), sender); // two bytes each
    next().done().accept(true);
    CountDownLatch added = new CountDownLatch(1);
    Thread waiting =
        Thread.startVirtualThread(() -> {
          slow.add(lines(1), sender);
          added.countDown();
        });
    Wait.untilSeen("the sender waits", () -> waiting.getState() == Thread.State.TIMED_WAITING);
    assertThat(commits).isEmpty();

    slow.ended(MEGABYTE);

    Wait.until(added, "the sender goes on");
    next().done().accept(true);
    assertThat(heard).containsExactly(MEGABYTE + " from 0", "1 from " + MEGABYTE);
  }

  @Test
  void aCancelReachesASenderThatWaits() {
    Inflow slow = inflow(10 * MEGABYTE, MEGABYTE);
    slow.add(lines(MEGABYTE), sender);
    next().done().accept(true);
    CountDownLatch refused = new CountDownLatch(1);
    Thread waiting =
        Thread.startVirtualThread(() -> {
          try {
            slow.add(lines(1), sender);
          } catch (Refused e) {
            refused.countDown();
          }
        });
    Wait.untilSeen("the sender waits", () -> waiting.getState() == Thread.State.TIMED_WAITING);

    slow.cutOff("was cancelled", () -> heard.add("cancelled"));

    Wait.until(refused, "the sender is told");
    assertThat(heard).contains("cancelled");
  }
}
