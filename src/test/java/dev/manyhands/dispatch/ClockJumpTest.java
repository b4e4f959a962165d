package dev.manyhands.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

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
import dev.manyhands.job.OnFailure;
import dev.manyhands.job.OnWorkerLost;
import dev.manyhands.job.Placement;
import dev.manyhands.job.Refused;
import dev.manyhands.job.ResultBlock;
import dev.manyhands.job.Retry;
import dev.manyhands.job.Timeouts;
import dev.manyhands.testkit.Wait;
import dev.manyhands.testkit.WallClock;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/// Somebody sets the wall clock of the machine while the service runs: what takes its time goes on
/// taking it.
@Timeout(180)
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
class ClockJumpTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final WallClock CLOCK = new WallClock();

  @TempDir static Path data;

  @DynamicPropertySource
  static void settings(DynamicPropertyRegistry registry) {
    registry.add("manyhands.data", () -> data.toString());
  }

  @TestConfiguration
  static class Jumping {
    @Bean
    WallClock wallClock() {
      return CLOCK;
    }
  }

  private final JobService jobs;

  ClockJumpTest(@Autowired JobService jobs) {
    this.jobs = jobs;
  }

  @AfterEach
  void setBack() {
    CLOCK.setAhead(Duration.ZERO);
  }

  /// That of Python measures for itself, and this side looks whether it does.
  private static List<Arguments> sleepersAndJumps() {
    List<Arguments> all = new ArrayList<>();
    for (String jump : List.of("PT24H", "PT-24H", "PT100000H")) {
      all.add(Arguments.of(new Function.Java("sleep"), 1000, Duration.parse(jump)));
      all.add(
          Arguments.of(python("import time\ndef f(s): time.sleep(s)"), 1, Duration.parse(jump)));
    }
    return all;
  }

  /// @param second how the function is told to take one
  @ParameterizedTest
  @MethodSource("sleepersAndJumps")
  void aTaskMayRunAsLongAsItMightBefore(Function sleep, int second, Duration jump) {
    JobId longer = submit(sleep, "" + 60 * second, care(Duration.ofMillis(600), Retry.NEVER));
    JobId shorter = submit(sleep, "" + second, care(Duration.ofSeconds(30), Retry.NEVER));
    awaitStarted(longer);
    awaitStarted(shorter);

    CLOCK.setAhead(jump);

    assertThat(jobs.awaitEnd(shorter, PATIENCE).counts().succeeded()).isOne();
    assertThat(jobs.awaitEnd(longer, PATIENCE).counts().timedOut()).isOne();
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT24H", "PT-24H"})
  void aTaskIsTriedAgainWhenItsPauseIsOver(Duration jump) {
    Duration pause = Duration.ofMillis(700);
    Function failing = python("def f(n): raise ValueError(n)");
    long start = System.nanoTime();
    JobId job = submit(failing, "1", care(null, new Retry(2, pause, pause)));
    awaitStarted(job);

    CLOCK.setAhead(jump);

    assertThat(jobs.awaitEnd(job, PATIENCE).counts().failed()).isOne();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(pause);
    assertThat(jobs.byIndex(job, 0, 1).getFirst().block())
        .isInstanceOfSatisfying(
            ResultBlock.Ran.class, ran -> assertThat(ran.attempt()).isEqualTo(2));
  }

  private static Function python(String source) {
    return new Function.Python(source, "f", null, false);
  }

  private static Care care(@Nullable Duration timeout, Retry retry) {
    Timeouts timeouts = timeout == null ? Timeouts.NONE : Timeouts.of(timeout);
    return new Care(timeouts, retry, OnFailure.CONTINUE, OnWorkerLost.RERUN);
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT24H", "PT-24H"})
  void aJobStartsAndExpiresAsFarAheadAsItWas(Duration jump) {
    Instant now = CLOCK.instant();
    JobId closed = submit("square", "7", notBefore(now.plusSeconds(3600)), Keeping.DEFAULT);
    JobId opening = submit("square", "7", notBefore(now.plusMillis(700)), Keeping.DEFAULT);
    Gates deadline = new Gates(null, now.plusSeconds(3600), null, List.of());
    JobId open = submit("sleep", "60000", deadline, Keeping.DEFAULT);
    awaitStarted(open);

    CLOCK.setAhead(jump);

    assertThat(jobs.awaitEnd(opening, PATIENCE).state()).isEqualTo(JobState.SUCCEEDED);
    assertThat(jobs.job(open).state()).isEqualTo(JobState.RUNNING);
    assertThat(jobs.job(closed).state()).isEqualTo(JobState.QUEUED);
    jobs.cancel(open, true);
    jobs.cancel(closed, true);
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT24H", "PT-24H"})
  void anEndedJobIsKeptAndNewOnesComeAfterIt(Duration jump) {
    List<JobId> ids = new ArrayList<>();
    ids.add(ended(kept(Duration.ofDays(2))));
    CLOCK.setAhead(jump);
    ids.add(ended(kept(Duration.ofDays(2))));
    // Removed by the same sweep that would have removed the others, had they been due.
    JobId shortly = submit("square", "7", Gates.OPEN, kept(Duration.ofSeconds(1)));
    Wait.untilSeen("it is removed", () -> isGone(shortly));

    assertThat(ids).isSorted();
    for (JobId id : ids) {
      Job job = jobs.job(id);
      assertThat(job.counts().succeeded()).isOne();
      assertThat(jobs.byIndex(id, 0, 10)).hasSize(1);
    }
  }

  /// The clock is set back while it runs, so that it has ended before it began.
  @Test
  void aJobMayEndBeforeItBegan() {
    JobId job = submit("sleep", "60000", Gates.OPEN, kept(Duration.ofDays(2)));
    awaitStarted(job);
    CLOCK.setAhead(Duration.ofDays(-1));
    jobs.cancel(job, true);

    Job ended = jobs.awaitEnd(job, PATIENCE);

    assertThat(ended.state()).isEqualTo(JobState.CANCELLED);
    assertThat(ended.timeline().endedAt()).isBefore(ended.timeline().startedAt());
    assertThat(jobs.job(job).counts().cancelled()).isOne();
  }

  /// On a slow machine what takes a moment has ended as well when that is seen.
  private void awaitStarted(JobId id) {
    Job begun = jobs.await(id, job -> job.state() == JobState.RUNNING, PATIENCE).job();
    assertThat(begun.timeline().startedAt()).isNotNull();
  }

  private boolean isGone(JobId id) {
    try {
      jobs.job(id);
      return false;
    } catch (Refused gone) {
      return true;
    }
  }

  private JobId ended(Keeping keeping) {
    JobId id = submit("square", "7", Gates.OPEN, keeping);
    assertThat(jobs.awaitEnd(id, PATIENCE).state()).isEqualTo(JobState.SUCCEEDED);
    return id;
  }

  private static Gates notBefore(Instant time) {
    return new Gates(time, null, null, List.of());
  }

  private static Keeping kept(Duration retention) {
    return new Keeping(retention, null, List.of());
  }

  private JobId submit(String function, String input, Gates gates, Keeping keeping) {
    Function java = new Function.Java(function);
    Care care = care(null, Retry.NEVER);
    return submit(new JobSpec(java, Placement.ANYWHERE, care, gates, keeping, Map.of()), input);
  }

  private JobId submit(Function function, String input, Care care) {
    return submit(
        new JobSpec(function, Placement.ANYWHERE, care, Gates.OPEN, Keeping.DEFAULT, Map.of()),
        input);
  }

  private JobId submit(JobSpec spec, String input) {
    try (Intake intake = jobs.intake()) {
      intake.add(new InputBlock(0, JsonLines.of(input + "\n")));
      return intake.accept(spec).id();
    }
  }
}
