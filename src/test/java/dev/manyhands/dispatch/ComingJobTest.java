package dev.manyhands.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.job.Care;
import dev.manyhands.job.Function;
import dev.manyhands.job.Gates;
import dev.manyhands.job.InputBlock;
import dev.manyhands.job.Job;
import dev.manyhands.job.JobFilter;
import dev.manyhands.job.JobId;
import dev.manyhands.job.JobSpec;
import dev.manyhands.job.JobState;
import dev.manyhands.job.JsonLines;
import dev.manyhands.job.Keeping;
import dev.manyhands.job.Placement;
import dev.manyhands.store.Change;
import dev.manyhands.store.JobStore;
import dev.manyhands.testkit.Wait;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/// A job is committed and not live yet, since the thread that commits stands still between the two:
/// what do those see and do who read of it in the store?
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
class ComingJobTest {
  @TempDir static Path data;

  /// Where the thread that has committed a job stands; none: it does not.
  private static volatile CountDownLatch gate = new CountDownLatch(0);

  @DynamicPropertySource
  static void settings(DynamicPropertyRegistry registry) {
    registry.add("manyhands.data", () -> data.toString());
    registry.add("manyhands.python.executable", () -> "/no/such/python");
  }

  @TestConfiguration
  static class SlowAfterCommits {
    @Bean
    @Primary
    JobStore slowAfterCommits(@Qualifier("jobStore") JobStore store) {
      return WatchedStore.of(
          store,
          (_, _) -> {},
          (_, arguments) -> {
            if (arguments.length > 0
                && arguments[0] instanceof List<?> changes
                && changes.stream().anyMatch(Change.Accept.class::isInstance)) {
              Wait.until(gate, "the thread that commits may go on");
            }
          });
    }
  }

  private final JobService jobs;
  private final Listing listing;
  private final JobStore store;

  ComingJobTest(@Autowired JobService jobs, @Autowired Listing listing, @Autowired JobStore store) {
    this.jobs = jobs;
    this.listing = listing;
    this.store = store;
  }

  @Test
  void itIsCancelled() throws Exception {
    Job cancelled = whileItComes(id -> jobs.cancel(id, true));

    assertThat(cancelled.state()).isIn(JobState.CANCELLING, JobState.CANCELLED);
  }

  @Test
  void itIsInTheListAndCanBeHeld() throws Exception {
    Job paused =
        whileItComes(id -> {
          assertThat(listing.jobs(JobFilter.NONE, null, 1)).singleElement().returns(id, Job::id);
          return jobs.pause(id);
        });

    assertThat(paused.state()).isEqualTo(JobState.PAUSED);
    jobs.cancel(paused.id(), true);
  }

  private interface Act {
    Job on(JobId id);
  }

  /// What somebody does with a job that is in the store, and not live before he has asked.
  private Job whileItComes(Act act) throws Exception {
    gate = new CountDownLatch(1);
    try {
      Optional<JobId> before = newest();
      FutureTask<Job> sender = new FutureTask<>(this::submit);
      Thread.ofPlatform().start(sender);
      Wait.untilSeen("the job is in the store", () -> !newest().equals(before));
      JobId id = newest().orElseThrow();
      FutureTask<Job> acting = new FutureTask<>(() -> act.on(id));
      Thread thread = Thread.ofPlatform().start(acting);
      Wait.untilSeen(
          "it is asked for",
          () -> acting.isDone() || thread.getState() == Thread.State.TIMED_WAITING);
      gate.countDown();
      sender.get(Wait.LIMIT.toSeconds(), TimeUnit.SECONDS);
      return acting.get(Wait.LIMIT.toSeconds(), TimeUnit.SECONDS);
    } finally {
      gate.countDown();
    }
  }

  private Optional<JobId> newest() {
    return store.jobs(JobFilter.NONE, null, 1).stream().map(Job::id).findFirst();
  }

  private Job submit() {
    try (Intake intake = jobs.intake()) {
      intake.add(new InputBlock(0, JsonLines.of("60000\n")));
      return intake.accept(sleep(), false, null, false);
    }
  }

  private static JobSpec sleep() {
    return new JobSpec(
        new Function.Java("sleep"),
        Placement.ANYWHERE,
        Care.DEFAULT,
        Gates.OPEN,
        Keeping.DEFAULT,
        Map.of());
  }
}
