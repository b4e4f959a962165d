package dev.manyhands.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.job.Care;
import dev.manyhands.job.Function;
import dev.manyhands.job.Gates;
import dev.manyhands.job.InputBlock;
import dev.manyhands.job.JobSpec;
import dev.manyhands.job.JobState;
import dev.manyhands.job.JsonLines;
import dev.manyhands.job.Keeping;
import dev.manyhands.job.Placement;
import dev.manyhands.store.JobStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
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

/// The inputs of a large job are in the store before it is a job: are they read back?
@SpringBootTest(
    webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
    properties = "manyhands.dispatch.input-cache=8MB")
class StagedInputsTest {
  private static final int BLOCK_BYTES = 256 * 1024;
  private static final int BLOCKS = 22;

  @TempDir static Path data;

  private static final AtomicInteger READS = new AtomicInteger();

  @DynamicPropertySource
  static void settings(DynamicPropertyRegistry registry) {
    registry.add("manyhands.data", () -> data.toString());
  }

  @TestConfiguration
  static class Counted {
    /// The real store; how often inputs are read from it is counted.
    @Bean
    @Primary
    JobStore counted(@Qualifier("jobStore") JobStore store) {
      return WatchedStore.of(
          store,
          (method, _) -> {
            if (method.getName().equals("inputs")) {
              READS.incrementAndGet();
            }
          });
    }
  }

  private final JobService jobs;

  StagedInputsTest(@Autowired JobService jobs) {
    this.jobs = jobs;
  }

  @BeforeEach
  void count() {
    READS.set(0);
  }

  @Test
  void theyAreAtHandWhenTheJobRuns() {
    run();

    assertThat(READS).hasValue(0);
  }

  @Test
  void thoseOfWhatIsNoJobAreForgotten() {
    try (Intake intake = jobs.intake()) {
      send(intake);
    }

    run();

    assertThat(READS).hasValue(0);
  }

  /// More than is sent before it is staged, and two such are more than the cache has room for.
  private static void send(Intake intake) {
    assertThat(BLOCKS * BLOCK_BYTES).isBetween(Intake.STAGE_BYTES + 1, 8_000_000);
    String text = "\"" + "x".repeat(BLOCK_BYTES - 3) + "\"\n";
    for (int i = 0; i < BLOCKS; i++) {
      intake.add(new InputBlock(i, JsonLines.of(text)));
    }
  }

  private void run() {
    try (Intake intake = jobs.intake()) {
      send(intake);
      JobSpec spec =
          new JobSpec(
              new Function.Java("sha256"),
              Placement.ANYWHERE,
              Care.DEFAULT,
              Gates.OPEN,
              Keeping.DEFAULT,
              Map.of());
      assertThat(jobs.awaitEnd(intake.accept(spec).id(), Duration.ofSeconds(60)).state())
          .isEqualTo(JobState.SUCCEEDED);
    }
  }
}
