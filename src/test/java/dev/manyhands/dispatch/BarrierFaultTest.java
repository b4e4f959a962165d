package dev.manyhands.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.job.Care;
import dev.manyhands.job.DependsOn;
import dev.manyhands.job.Function;
import dev.manyhands.job.Gates;
import dev.manyhands.job.InputBlock;
import dev.manyhands.job.Job;
import dev.manyhands.job.JobId;
import dev.manyhands.job.JobSpec;
import dev.manyhands.job.JobState;
import dev.manyhands.job.JsonLines;
import dev.manyhands.job.Keeping;
import dev.manyhands.job.Placement;
import dev.manyhands.store.Change;
import dev.manyhands.store.JobStore;
import dev.manyhands.store.StoreUnavailable;
import dev.manyhands.testkit.Wait;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;
import org.springframework.dao.TransientDataAccessResourceException;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/// Jobs that wait for others while the store does not answer, or while their node loses them.
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
@Timeout(180)
class BarrierFaultTest {
  private static final Duration PATIENCE = Wait.LIMIT;

  @TempDir static Path data;

  /// Reads that fail the next time.
  private static final Set<String> FAILING = ConcurrentHashMap.newKeySet();

  /// Reads that find no memory the next time.
  private static final Set<String> BREAKING = ConcurrentHashMap.newKeySet();

  /// Reads of values wait for it.
  private static volatile CountDownLatch values = new CountDownLatch(0);

  private static volatile CountDownLatch asked = new CountDownLatch(0);

  /// Who read values last.
  private static volatile @Nullable Thread reader;

  /// Reads all without waiting.
  private static volatile @Nullable Thread freed;

  /// Jobs whose values were read.
  private static final Set<JobId> READ = ConcurrentHashMap.newKeySet();

  /// What the next commit that makes a job grow does before.
  private static final AtomicReference<@Nullable Runnable> GROWING = new AtomicReference<>();

  @DynamicPropertySource
  static void settings(DynamicPropertyRegistry registry) {
    registry.add("manyhands.data", () -> data.toString());
  }

  @TestConfiguration
  static class Troubled {
    @Bean
    @Primary
    JobStore troubled(@Qualifier("jobStore") JobStore store) {
      return WatchedStore.of(
          store,
          (method, arguments) -> {
            if (FAILING.remove(method.getName())) {
              throw new TransientDataAccessResourceException(method.getName() + ", by a test");
            }
            if (BREAKING.remove(method.getName())) {
              throw new StackOverflowError(method.getName() + ", by a test");
            }
            if (method.getName().equals("byIndex")) {
              READ.add((JobId) arguments[0]);
              CountDownLatch allowed = values; // before anybody hears that it is asked
              reader = Thread.currentThread();
              asked.countDown();
              if (Thread.currentThread() != freed) {
                Wait.until(allowed, "values may be read");
              }
            }
            if (method.getName().equals("commit")
                && ((List<?>) arguments[0]).stream().anyMatch(Change.Grow.class::isInstance)) {
              Runnable growing = GROWING.getAndSet(null);
              if (growing != null) {
                growing.run();
              }
            }
          });
    }
  }

  private final JobService jobs;
  private final Dispatch dispatch;
  private final JobStore store;

  BarrierFaultTest(
      @Autowired JobService jobs, @Autowired Dispatch dispatch, @Autowired JobStore store) {
    this.jobs = jobs;
    this.dispatch = dispatch;
    this.store = store;
  }

  @AfterEach
  void heal() {
    FAILING.clear();
    BREAKING.clear();
    READ.clear();
    GROWING.set(null);
    values.countDown();
  }

  /// The second waits for the commit of the first, which fails.
  @Test
  void anInputThatCouldNotBeStoredIsFedAgainInItsPlace() {
    List<JobId> others = Stream.of("2\n", "3\n", "4\n").map(this::ended).toList();
    GROWING.set(() -> {
      Wait.untilSeen("the third is read", () -> READ.contains(others.getLast()));
      throw new StoreUnavailable("by a test", new IllegalStateException());
    });

    Job fed = ended(DependsOn.Inputs.WHOLE, others);

    StringBuilder inputs = new StringBuilder();
    for (int start : store.blockStarts(fed.id(), 0)) {
      inputs.append(store.inputs(fed.id(), start).orElseThrow().inputs());
    }
    assertThat(inputs).hasToString("[4]\n[9]\n[16]\n");
  }

  @Test
  void whatTheStoreDoesNotTellNowIsAskedAgain() {
    Job first = ended(DependsOn.Inputs.OWN, List.of());
    FAILING.addAll(Set.of("needsOthers", "unfinished", "byIndex"));

    Job fed = ended(DependsOn.Inputs.VALUES, List.of(first.id()));
    FAILING.addAll(Set.of("needsOthers", "unfinished"));
    Job freed = ended(DependsOn.Inputs.OWN, List.of(first.id()));

    assertThat(fed.state()).isEqualTo(JobState.SUCCEEDED);
    assertThat(fed.counts().total()).isEqualTo(2);
    assertThat(freed.state()).isEqualTo(JobState.SUCCEEDED);
    assertThat(FAILING).as("reads that did not fail").isEmpty();
  }

  @Test
  void anErrorIsNoEndOfTheWaiting() {
    Job first = ended(DependsOn.Inputs.OWN, List.of());
    BREAKING.add("byIndex");

    Job fed = ended(DependsOn.Inputs.VALUES, List.of(first.id()));

    assertThat(fed.state()).isEqualTo(JobState.SUCCEEDED);
    assertThat(fed.counts().total()).isEqualTo(2);
    assertThat(BREAKING).as("reads that did not break").isEmpty();
  }

  /// It is begun anew, on the same node here, while its first feeder still reads.
  @Test
  void whoFedAJobThatItsNodeHasLostDoesNothingToTheNext() throws Exception {
    Job first = ended(DependsOn.Inputs.OWN, List.of());
    asked = new CountDownLatch(1);
    CountDownLatch old = new CountDownLatch(1);
    values = old;
    JobId fed = accepted(DependsOn.Inputs.VALUES, List.of(first.id()));
    Wait.until(asked, "its values are read");
    Thread feeder = Objects.requireNonNull(reader);

    dispatch.lost();
    CountDownLatch next = new CountDownLatch(1);
    asked = next;
    values = new CountDownLatch(1);
    dispatch.taken(store.claimUnfinished());
    Wait.until(next, "they are read for the one begun anew");
    freed = feeder;
    old.countDown();
    assertThat(feeder.join(Wait.LIMIT)).as("the first feeder has ended").isTrue();
    values.countDown();

    Job end = jobs.awaitEnd(fed, PATIENCE);
    assertThat(end.state()).isEqualTo(JobState.SUCCEEDED);
    assertThat(end.counts().total()).isEqualTo(2);
  }

  private JobId ended(String inputs) {
    return jobs.awaitEnd(accepted(DependsOn.Inputs.OWN, List.of(), inputs), PATIENCE).id();
  }

  private Job ended(DependsOn.Inputs inputs, List<JobId> others) {
    return jobs.awaitEnd(accepted(inputs, others), PATIENCE);
  }

  private JobId accepted(DependsOn.Inputs inputs, List<JobId> others) {
    return accepted(inputs, others, "2\n3\n");
  }

  private JobId accepted(DependsOn.Inputs inputs, List<JobId> others, String own) {
    Gates gates =
        others.isEmpty()
            ? Gates.OPEN
            : new Gates(
                null, null, new DependsOn(others, inputs, DependsOn.OnFailed.CANCEL), List.of());
    JobSpec spec =
        new JobSpec(
            new Function.Java("square"),
            Placement.ANYWHERE,
            Care.DEFAULT,
            gates,
            Keeping.DEFAULT,
            Map.of());
    try (Intake intake = jobs.intake()) {
      if (inputs == DependsOn.Inputs.OWN) {
        intake.add(new InputBlock(0, JsonLines.of(own)));
      }
      return intake.accept(spec).id();
    }
  }
}
