package dev.manyhands.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.manyhands.job.Care;
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
import dev.manyhands.job.Refusal;
import dev.manyhands.job.Refused;
import dev.manyhands.store.Change;
import dev.manyhands.store.JobStore;
import dev.manyhands.store.StoreFull;
import dev.manyhands.testkit.Wait;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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

/// A job whose sender waits runs before it is committed: what if it is not?
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
class RunAheadTest {
  @TempDir static Path data;

  private static volatile boolean full;

  @DynamicPropertySource
  static void settings(DynamicPropertyRegistry registry) {
    registry.add("manyhands.data", () -> data.toString());
  }

  @TestConfiguration
  static class FullNowAndThen {
    /// The real store, which has no room for new jobs when the test says so.
    @Bean
    @Primary
    JobStore sometimesFull(@Qualifier("jobStore") JobStore store) {
      return WatchedStore.of(
          store,
          (_, arguments) -> {
            if (full
                && arguments.length > 0
                && arguments[0] instanceof List<?> changes
                && changes.stream().anyMatch(Change.Accept.class::isInstance)) {
              throw new StoreFull("made by a test", new IllegalStateException());
            }
          });
    }
  }

  private final JobService jobs;
  private final PoolService pools;
  private final Dispatch dispatch;

  RunAheadTest(
      @Autowired JobService jobs, @Autowired PoolService pools, @Autowired Dispatch dispatch) {
    this.jobs = jobs;
    this.pools = pools;
    this.dispatch = dispatch;
  }

  @Test
  void itIsCommittedWhenItsSenderHearsOfIt() {
    try (Intake intake = jobs.intake()) {
      intake.add(new InputBlock(0, JsonLines.of("7\n")));
      Job job = intake.accept(spec("square"), false, null, true);

      assertThat(jobs.awaitEnd(job.id(), Wait.LIMIT).state()).isEqualTo(JobState.SUCCEEDED);
    }
  }

  @Test
  void aShortOneThatCanNotBeStoredIsGone() {
    assertThat(refused("square", "7")).isInstanceOf(Refusal.StoreIsFull.class);
  }

  @Test
  void aLongOneThatCanNotBeStoredIsStoppedAndGone() {
    assertThat(refused("sleep", "60000")).isInstanceOf(Refusal.StoreIsFull.class);
    Wait.untilSeen(
        "its worker is free",
        () -> pools.pools().stream().allMatch(pool -> pool.busy() == 0 && pool.waiting() == 0));
  }

  private Refusal refused(String function, String input) {
    full = true;
    try (Intake intake = jobs.intake()) {
      intake.add(new InputBlock(0, JsonLines.of(input + "\n")));
      JobId id = intake.id();
      Refused[] refused = new Refused[1];
      assertThatThrownBy(() -> intake.accept(spec(function), false, null, true))
          .isInstanceOfSatisfying(Refused.class, e -> refused[0] = e);
      Wait.untilSeen("no job is left", () -> dispatch.unfinished() == 0);
      assertThatThrownBy(() -> jobs.job(id)).isInstanceOf(Refused.class);
      return refused[0].refusal();
    } finally {
      full = false;
    }
  }

  private static JobSpec spec(String function) {
    return new JobSpec(
        new Function.Java(function),
        Placement.ANYWHERE,
        Care.DEFAULT,
        Gates.OPEN,
        Keeping.DEFAULT,
        Map.of());
  }
}
