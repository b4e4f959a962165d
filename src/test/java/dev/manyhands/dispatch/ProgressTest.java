package dev.manyhands.dispatch;

import static dev.manyhands.dispatch.Jobs.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.manyhands.job.Care;
import dev.manyhands.job.Job;
import dev.manyhands.job.JobState;
import dev.manyhands.job.Placement;
import dev.manyhands.job.Ranges;
import dev.manyhands.job.Reason;
import dev.manyhands.job.Standing;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private static final long SECOND = 1_000_000_000;

  private final Speed speed = new Speed();

  @Test
  void beforeATaskHasEndedNothingIsKnown() {
    assertThat(speed.progress()).isNull();
    speed.start(0, 0);
    assertThat(speed.progress()).isNull();
  }

  @Test
  void anEvenSpeedIsKnownWellAfterSomeSteps() {
    speed.start(0, 0);
    for (int i = 1; i <= 40; i++) {
      speed.measure(i * SECOND, i * 100, NOON);
    }
    Progress progress = progress();

    assertThat(progress.tasksPerSecond(NOON)).isCloseTo(100, within(0.01));
    Progress.Eta eta = progress.eta(running(5000, 4000), NOON).orElseThrow();
    assertThat(eta.likely()).isEqualTo(NOON.plusSeconds(10));
    assertThat(eta.earliest()).isBetween(NOON.plusSeconds(9), eta.likely());
    assertThat(eta.latest()).isBetween(eta.likely(), NOON.plusSeconds(11));
  }

  @Test
  void anUnevenSpeedGivesAWiderRangeThatHoldsTheTruth() {
    Random random = new Random(7);
    speed.start(0, 0);
    int done = 0;
    for (int i = 1; i <= 30; i++) {
      done += 50 + random.nextInt(101);
      speed.measure(i * SECOND, done, NOON);
    }
    Progress.Eta eta = progress().eta(running(done + 1000, done), NOON).orElseThrow();

    assertThat(NOON.plusSeconds(10)).isBetween(eta.earliest(), eta.latest());
    assertThat(Duration.between(eta.earliest(), eta.latest()))
        .isGreaterThan(Duration.ofMillis(500));
  }

  @Test
  void theLastSecondsCountNotTheWholeJob() {
    speed.start(0, 0);
    for (int i = 1; i <= 1000; i++) {
      speed.measure(i * SECOND, i, NOON);
    }
    for (int i = 1; i <= 20; i++) {
      speed.measure((1000 + i) * SECOND, 1000 + i * 50, NOON);
    }

    assertThat(progress().tasksPerSecond(NOON)).isCloseTo(50, within(0.01));
  }

  @Test
  void manyCommitsASecondAreFewSteps() {
    speed.start(0, 0);
    for (int i = 1; i <= 10_000; i++) {
      speed.measure(i * SECOND / 1000, i, NOON);
    }

    Progress progress = progress();
    assertThat(progress.tasksPerSecond(NOON)).isCloseTo(1000, within(1.0));
    assertThat(progress.window()).isGreaterThan(Duration.ofSeconds(7));
  }

  @Test
  void aPauseLongerThanUsualSlowsItDown() {
    speed.start(0, 0);
    for (int i = 1; i <= 10; i++) {
      speed.measure(i * SECOND, i, NOON);
    }
    Progress progress = progress();

    assertThat(progress.tasksPerSecond(NOON.plusMillis(900))).isCloseTo(1, within(0.01));
    assertThat(progress.tasksPerSecond(NOON.plusSeconds(11))).isCloseTo(0.5, within(0.01));
    Instant later = NOON.plusSeconds(11);
    Progress.Eta eta = progress.eta(running(20, 10), later).orElseThrow();
    assertThat(eta.likely()).isEqualTo(later.plusSeconds(20));
    assertThat(eta.earliest()).isAfter(later);
  }

  @Test
  void thereIsNoEndInSightForAJobThatStandsStill() {
    speed.start(0, 0);
    speed.measure(SECOND, 5, NOON);

    for (JobState state : JobState.values()) {
      boolean known = progress().eta(job(10, 5, state), NOON).isPresent();
      assertThat(known)
          .as(state.word())
          .isEqualTo(state == JobState.RUNNING || state == JobState.RECEIVING);
    }
  }

  @Test
  void whileInputsComeItIsTheEndOfThoseThatHaveCome() {
    speed.start(0, 0);
    for (int i = 1; i <= 40; i++) {
      speed.measure(i * SECOND, i * 100, NOON);
    }
    Progress.Eta some = eta(job(5000, 4000, JobState.RECEIVING)).orElseThrow();
    Progress.Eta more = eta(job(6000, 4000, JobState.RECEIVING)).orElseThrow();

    assertThat(some.likely()).isEqualTo(NOON.plusSeconds(10));
    assertThat(more.likely()).isEqualTo(NOON.plusSeconds(20));
    assertThat(some.earliest()).isBefore(some.likely());
    assertThat(some.latest()).isAfter(some.likely());
    assertThat(eta(job(4000, 4000, JobState.RECEIVING))).as("all have ended").isEmpty();
    assertThat(eta(held(job(5000, 4000, JobState.RECEIVING)))).as("it is paused").isEmpty();
  }

  private Optional<Progress.Eta> eta(Job job) {
    return progress().eta(job, NOON);
  }

  private static Job held(Job job) {
    Standing held = new Standing(job.state(), new Reason(Reason.Kind.PAUSED, ""));
    return new Job(job.id(), job.caller(), job.spec(), held, job.counts(), job.timeline());
  }

  private Progress progress() {
    return Objects.requireNonNull(speed.progress());
  }

  private static Job running(int total, int done) {
    return job(total, done, JobState.RUNNING);
  }

  private static Job job(int total, int done, JobState state) {
    Ranges ended = Ranges.upTo(done);
    return Jobs.order(total, Placement.ANYWHERE, Care.DEFAULT, state, ended, total).job();
  }
}
