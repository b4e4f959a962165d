package dev.manyhands.store;

import static dev.manyhands.store.Samples.CREATED;
import static dev.manyhands.store.Samples.accept;
import static dev.manyhands.store.Samples.ended;
import static dev.manyhands.store.Samples.failure;
import static dev.manyhands.store.Samples.lines;
import static dev.manyhands.store.Samples.ran;
import static dev.manyhands.store.Samples.running;
import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.job.Ending;
import dev.manyhands.job.Function;
import dev.manyhands.job.Job;
import dev.manyhands.job.JobFilter;
import dev.manyhands.job.JobFilter.Label;
import dev.manyhands.job.JobId;
import dev.manyhands.job.JobSpec;
import dev.manyhands.job.JobState;
import dev.manyhands.job.Outcome;
import dev.manyhands.job.ResultBlock;
import dev.manyhands.job.Timeline;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Lists of jobs, on every database.
abstract class JobListsContract {
  private static final Function SQUARE = new Function.Java("square");

  private JobStore store;

  /// Opens the test's own database.
  abstract JobStore database();

  @BeforeEach
  void open() {
    store = database();
  }

  @AfterEach
  void close() {
    store.close();
  }

  private Job accepted(Function function, Map<String, String> labels, Instant created) {
    Job sample = Samples.job(2);
    JobSpec was = sample.spec();
    JobSpec spec =
        new JobSpec(function, was.placement(), was.care(), was.gates(), was.keeping(), labels);
    Job job =
        new Job(
            sample.id(),
            sample.caller(),
            spec,
            sample.standing(),
            sample.counts(),
            Timeline.created(created));
    assertThat(store.commit(List.of(accept(job)))).containsExactly(true);
    return job;
  }

  private Job labelled(Map<String, String> labels) {
    return accepted(SQUARE, labels, CREATED);
  }

  private static JobFilter of(
      Set<JobState> states,
      @Nullable String function,
      @Nullable Instant after,
      @Nullable Instant before,
      Label... labels) {
    return new JobFilter(states, function, List.of(labels), after, before);
  }

  private List<JobId> found(JobFilter filter) {
    return store.jobs(filter, null, 100).stream().map(Job::id).toList();
  }

  @Test
  void aStateOfTheEndIsExactAndAnyOtherMeansUnfinished() {
    Job queued = labelled(Map.of());
    Job done = labelled(Map.of());
    Job failed = labelled(Map.of());
    store.commit(List.of(ended(done.id(), 1, JobState.SUCCEEDED, ran(0, 2))));
    ResultBlock bad = ran(0, lines(0, 2), List.of(failure(1, Outcome.FAILED)));
    store.commit(List.of(ended(failed.id(), 1, JobState.FAILED, bad)));

    assertThat(found(of(Set.of(JobState.SUCCEEDED), null, null, null))).containsExactly(done.id());
    assertThat(found(of(Set.of(JobState.FAILED, JobState.SUCCEEDED), null, null, null)))
        .containsExactly(failed.id(), done.id());
    assertThat(found(of(Set.of(JobState.RUNNING), null, null, null))).containsExactly(queued.id());
    assertThat(found(of(Set.of(JobState.RUNNING, JobState.FAILED), null, null, null)))
        .containsExactly(failed.id(), queued.id());
    assertThat(found(of(Set.of(JobState.EXPIRED), null, null, null))).isEmpty();
  }

  @Test
  void aFunctionIsFoundByTypeByNameAndByBoth() {
    Job java = accepted(SQUARE, Map.of(), CREATED);
    Job python =
        accepted(new Function.PythonModule("tools.text", "square", null, false), Map.of(), CREATED);

    assertThat(found(of(Set.of(), "java", null, null))).containsExactly(java.id());
    assertThat(found(of(Set.of(), "square", null, null))).containsExactly(java.id());
    assertThat(found(of(Set.of(), "java:square", null, null))).containsExactly(java.id());
    assertThat(found(of(Set.of(), "python", null, null))).containsExactly(python.id());
    assertThat(found(of(Set.of(), "tools.text.square", null, null))).containsExactly(python.id());
    assertThat(found(of(Set.of(), "squar", null, null))).isEmpty();
    assertThat(found(of(Set.of(), "jav", null, null))).isEmpty();
  }

  @Test
  void allLabelsHaveToHold() {
    Job both = labelled(Map.of("app", "demo", "team", "a:b=c"));
    Job one = labelled(Map.of("app", "demo"));
    labelled(Map.of("app", "other"));
    Label app = new Label("app", "demo");

    assertThat(found(of(Set.of(), null, null, null, app))).containsExactly(one.id(), both.id());
    assertThat(found(of(Set.of(), null, null, null, app, new Label("team", "a:b=c"))))
        .containsExactly(both.id());
    assertThat(found(of(Set.of(), null, null, null, app, new Label("app", "other")))).isEmpty();
    assertThat(found(of(Set.of(JobState.FAILED), null, null, null, app))).isEmpty();
    assertThat(store.jobs(of(Set.of(), null, null, null, app), one.id(), 5)).containsExactly(both);
  }

  @Test
  void labelsGoWithTheirJob() {
    Job job = labelled(Map.of("app", "demo"));
    store.commit(List.of(ended(job.id(), 1, JobState.SUCCEEDED, ran(0, 2))));
    store.commit(List.of(new Change.Remove(job.id())));

    assertThat(found(of(Set.of(), null, null, null, new Label("app", "demo")))).isEmpty();
  }

  @Test
  void timesAreOpenAtBothEnds() {
    accepted(SQUARE, Map.of(), CREATED);
    Job middle = accepted(SQUARE, Map.of(), CREATED.plusSeconds(1));
    accepted(SQUARE, Map.of(), CREATED.plusSeconds(2));

    assertThat(found(of(Set.of(), null, CREATED, CREATED.plusSeconds(2))))
        .containsExactly(middle.id());
  }

  @Test
  void endingsTellWhatFailedWithoutReadingWhatDidNot() {
    Job job = Samples.job(6);
    store.commit(List.of(accept(job)));
    ResultBlock bad = ran(2, lines(0, 2), List.of(failure(3, Outcome.TIMED_OUT)));
    store.commit(List.of(running(job.id(), 1, ran(0, 2), bad)));
    store.commit(List.of(running(job.id(), 1, new ResultBlock.Unrun(5, 1, Outcome.SKIPPED))));

    List<Ending> failed = store.endings(job.id(), 0, EnumSet.of(Outcome.TIMED_OUT), 10);
    List<Ending> all = store.endings(job.id(), 1, EnumSet.allOf(Outcome.class), 10);

    assertThat(failed).hasSize(1);
    assertThat(failed.getFirst())
        .isInstanceOfSatisfying(
            Ending.Ran.class,
            ran -> {
              assertThat(ran.first()).isEqualTo(2);
              assertThat(ran.failures()).containsExactly(failure(3, Outcome.TIMED_OUT));
              assertThat(ran.stint()).isEqualTo(Samples.STINT);
            });
    assertThat(all).extracting(Ending::first).containsExactly(0, 2, 5);
    assertThat(store.endings(job.id(), 4, EnumSet.of(Outcome.SKIPPED), 10))
        .containsExactly(new Ending.Unrun(5, 1, Outcome.SKIPPED));
  }
}
