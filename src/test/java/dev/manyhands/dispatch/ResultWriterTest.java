package dev.manyhands.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.job.InputBlock;
import dev.manyhands.job.JobId;
import dev.manyhands.job.JobState;
import dev.manyhands.job.JsonLines;
import dev.manyhands.job.Standing;
import dev.manyhands.job.Timeline;
import dev.manyhands.store.Change;
import dev.manyhands.store.StoreFull;
import dev.manyhands.store.StoreUnknown;
import dev.manyhands.store.StoreUnreachable;
import dev.manyhands.testkit.Wait;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class ResultWriterTest {
  private static final Change.Accept ACCEPT =
      new Change.Accept(Jobs.order(1).job(), List.of(new InputBlock(0, JsonLines.of("1\n"))));

  private static final Change.Append APPEND = results(ACCEPT.job());

  private static final Change.Append OTHER = results(new JobId("job_" + "1".repeat(26)));

  private final ScriptedStore store = new ScriptedStore();
  private final ResultWriter writer = new ResultWriter(store, List.of(), Duration.ofHours(1));
  private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

  @BeforeEach
  void start() {
    writer.start();
  }

  @AfterEach
  void close() {
    for (int i = 0; i < 20; i++) {
      store.script.add(ScriptedStore::takesAll);
    }
    writer.close();
  }

  @Test
  void whatArrivesDuringACommitIsCommittedTogether() {
    append("first");
    commitArrived();
    append("second");
    submit("third");
    store.script.add(ScriptedStore::takesAll);

    assertThat(next(store.commits)).hasSize(2); // an append and a submission
  }

  @Test
  void whatMayBeStoredAlreadyIsNotSaidToBeStoredOrNot() {
    append("first");
    next(store.commits);
    submit("second");
    append("third");
    submit("fourth");
    store.script.add(ScriptedStore::takesAll);
    store.script.add(changes -> {
      throw new StoreUnknown("made by a test", new IllegalStateException());
    });
    store.script.add(changes -> {
      throw new StoreUnreachable("made by a test", new IllegalStateException());
    });
    store.script.add(ScriptedStore::takesAll);

    assertThat(List.of(next(heard), next(heard), next(heard), next(heard)))
        .containsExactlyInAnyOrder("first true", "second unknown", "third true", "fourth unknown");
    assertThat(next(store.commits)).hasSize(3);
    assertThat(next(store.commits)).hasSize(1); // results are stored once, however often they come
  }

  @Test
  void patientResultsAreCommittedWithTheNextThatAreNot() {
    append("first", true);
    append("second", true);
    store.script.add(ScriptedStore::takesAll);
    assertThat(heard).isEmpty(); // within the hour

    append("third");

    assertThat(List.of(next(heard), next(heard), next(heard)))
        .containsExactly("first true", "second true", "third true");
    assertThat(store.commits).hasSize(1);
  }

  @Test
  void patientResultsWaitNoLongerThanTheyMay() {
    ResultWriter hasty = new ResultWriter(store, List.of(), Duration.ofMillis(1));
    hasty.start();
    store.script.add(ScriptedStore::takesAll);
    hasty.append(APPEND, true, done -> heard.add("alone " + done));

    assertThat(next(heard)).isEqualTo("alone true");
    hasty.close();
  }

  @Test
  void patientResultsThatAreManyWaitNoLonger() {
    store.script.add(ScriptedStore::takesAll);
    for (int i = 0; i < 1000; i++) {
      append("many", true);
    }

    assertThat(next(heard)).isEqualTo("many true");
    assertThat(store.commits).hasSize(1);
  }

  @Test
  void jobThatRunsAheadWaitsForItsResults() {
    ResultWriter calm = new ResultWriter(store, List.of(), Duration.ZERO, Duration.ofHours(1));
    calm.start();
    store.script.add(ScriptedStore::takesAll);
    calm.accept(ACCEPT, done -> heard.add("job " + done), e -> {});
    assertThat(heard).isEmpty(); // within the hour

    calm.append(APPEND, false, done -> heard.add("results " + done));

    assertThat(List.of(next(heard), next(heard))).containsExactly("results true", "job true");
    assertThat(next(store.commits)).hasSize(2);
    calm.close();
  }

  @Test
  void jobThatRunsAheadStaysBehindWhenOthersAreCommitted() {
    ResultWriter calm = new ResultWriter(store, List.of(), Duration.ZERO, Duration.ofHours(1));
    calm.start();
    store.script.add(ScriptedStore::takesAll);
    store.script.add(ScriptedStore::takesAll);
    calm.accept(ACCEPT, done -> heard.add("job " + done), e -> {});

    calm.append(OTHER, false, done -> heard.add("other " + done));

    assertThat(next(heard)).isEqualTo("other true");
    assertThat(next(store.commits)).containsExactly(OTHER);
    calm.append(APPEND, false, done -> heard.add("results " + done));
    assertThat(List.of(next(heard), next(heard))).containsExactly("results true", "job true");
    assertThat(next(store.commits)).containsExactly(ACCEPT, APPEND);
    calm.close();
  }

  @Test
  void jobThatRunsAheadIsStoredAtTheEndThoughNothingElseCame() {
    ResultWriter calm = new ResultWriter(store, List.of(), Duration.ZERO, Duration.ofHours(1));
    calm.start();
    store.script.add(ScriptedStore::takesAll);
    calm.accept(ACCEPT, done -> heard.add("job " + done), e -> {});

    calm.close();

    assertThat(next(heard)).isEqualTo("job true");
  }

  @Test
  void jobThatRunsAheadIsStoredAtOnceWhenTheWriterIsAboutToEnd() throws InterruptedException {
    Arrivals arrivals = new Arrivals();
    arrivals.close();
    Write write = new Write(ACCEPT, Duration.ofHours(1), done -> {}, e -> {});

    arrivals.add(write);

    assertThat(arrivals.take(Duration.ZERO)).containsExactly(write);
  }

  @Test
  void jobThatRunsAheadIsStoredBeforeItsResultsThoughOthersWaitForRoom() {
    append("others");
    commitArrived();
    store.script.add(changes -> full());
    commitArrived(); // again, after the pause
    writer.accept(ACCEPT, done -> heard.add("job " + done), e -> {});
    append("its results");
    store.script.add(changes -> full());
    for (int i = 0; i < 4; i++) {
      store.script.add(ScriptedStore::takesAll);
    }

    assertThat(List.of(next(heard), next(heard), next(heard)))
        .containsExactly("job true", "others true", "its results true");
  }

  @Test
  void nothingIsToldBeforeItIsCommitted() {
    Thread.startVirtualThread(() -> submit("job")); // commits itself, since nobody writes
    commitArrived();

    assertThat(heard).isEmpty();
    store.script.add(ScriptedStore::takesAll);
    assertThat(next(heard)).isEqualTo("job true");
  }

  @Test
  void aSubmissionThatDoesNotFitIsTurnedDown() {
    store.script.add(changes -> full());
    submit("job");

    assertThat(next(heard)).isEqualTo("job full");
  }

  @Test
  void resultsThatDoNotFitAreKeptAndStoredLater() {
    append("results");
    store.script.add(changes -> full());
    store.script.add(ScriptedStore::takesAll);

    assertThat(next(heard)).isEqualTo("results true");
  }

  @Test
  void eachTimeThatResultsAreKeptIsSaidOnce(CapturedOutput output) {
    for (int time = 1; time <= 2; time++) {
      append("results");
      store.script.add(changes -> full());
      store.script.add(changes -> full());
      store.script.add(ScriptedStore::takesAll);

      assertThat(next(heard)).isEqualTo("results true");
      assertThat(output.getAll().split("are not stored yet", -1)).hasSize(time + 1);
    }
  }

  @Test
  void resultsStayInOrderBehindThoseThatFailed() {
    append("first");
    commitArrived();
    append("second");
    store.script.add(changes -> full());
    store.script.add(ScriptedStore::takesAll);

    assertThat(next(heard)).isEqualTo("first true");
    store.script.add(ScriptedStore::takesAll);
    assertThat(next(heard)).isEqualTo("second true");
  }

  @Test
  void oneBadChangeDoesNotCostTheOthersTheirCommit() {
    append("first");
    commitArrived();
    submit("bad");
    submit("good");
    store.script.add(ScriptedStore::takesAll);
    store.script.add(changes -> full()); // both together
    store.script.add(changes -> full()); // the bad one alone
    store.script.add(ScriptedStore::takesAll);

    assertThat(List.of(next(heard), next(heard), next(heard)))
        .containsExactly("first true", "bad full", "good true");
  }

  @Test
  void aStoreThatCannotBeReachedIsNotTriedForEachOfManyChanges() {
    append("first");
    commitArrived();
    submit("early");
    append("results");
    submit("late");
    append("more results");
    store.script.add(ScriptedStore::takesAll);
    store.script.add(changes -> unreachable());

    assertThat(List.of(next(heard), next(heard), next(heard)))
        .containsExactly("first true", "early failed", "late failed");
    assertThat(next(store.commits)).as("all together, both results in one").hasSize(3);
    store.script.add(ScriptedStore::takesAll);
    assertThat(List.of(next(heard), next(heard)))
        .containsExactly("results true", "more results true");
    assertThat(next(store.commits)).as("what is kept, after the pause").hasSize(1);
  }

  @Test
  void whatCannotBeReachedAnyMoreIsTriedNoFurther() {
    append("first");
    commitArrived();
    submit("good");
    submit("bad");
    submit("late");
    store.script.add(ScriptedStore::takesAll);
    store.script.add(changes -> full()); // all together
    store.script.add(ScriptedStore::takesAll);
    store.script.add(changes -> unreachable());

    assertThat(List.of(next(heard), next(heard), next(heard), next(heard)))
        .containsExactly("first true", "good true", "bad failed", "late failed");
    assertThat(store.commits).hasSize(3);
  }

  @Test
  void aMistakeOfTheStoreEndsNothing() {
    append("results");
    store.script.add(changes -> {
      throw new StackOverflowError("made by a test");
    });
    store.script.add(ScriptedStore::takesAll);

    assertThat(next(heard)).isEqualTo("results true");
  }

  @Test
  void norDoesOneOfAHearer() {
    writer.append(
        APPEND,
        false,
        done -> {
          throw new AssertionError("made by a test");
        });
    store.script.add(ScriptedStore::takesAll);
    commitArrived();
    append("results");
    store.script.add(ScriptedStore::takesAll);

    assertThat(next(heard)).isEqualTo("results true");
  }

  private static Change.Append results(JobId job) {
    return new Change.Append(
        job, 1, List.of(), Standing.of(JobState.RUNNING), Timeline.created(Jobs.NOON));
  }

  private static List<Boolean> full() {
    throw new StoreFull("made by a test", new IllegalStateException());
  }

  private static List<Boolean> unreachable() {
    throw new StoreUnreachable("made by a test", new IllegalStateException());
  }

  private void commitArrived() {
    next(store.commits);
  }

  private void append(String name) {
    append(name, false);
  }

  private void append(String name, boolean patient) {
    writer.append(APPEND, patient, done -> heard.add(name + " " + done));
  }

  private void submit(String name) {
    writer.submit(
        new Change.Discard(new JobId("job_" + "0".repeat(26))),
        done -> heard.add(name + " " + done),
        failed -> heard.add(name + " " + why(failed)));
  }

  private static String why(RuntimeException failed) {
    return switch (failed) {
      case StoreFull _ -> "full";
      case StoreUnknown _ -> "unknown";
      default -> "failed";
    };
  }

  private static <T> T next(BlockingQueue<T> queue) {
    @Nullable T found = null;
    try {
      found = queue.poll(Wait.LIMIT.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    assertThat(found).as("nothing came within %s", Wait.LIMIT).isNotNull();
    return java.util.Objects.requireNonNull(found);
  }
}
