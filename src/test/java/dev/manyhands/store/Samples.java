package dev.manyhands.store;

import dev.manyhands.job.Care;
import dev.manyhands.job.Counts;
import dev.manyhands.job.DependsOn;
import dev.manyhands.job.Failure;
import dev.manyhands.job.Function;
import dev.manyhands.job.Gates;
import dev.manyhands.job.InputBlock;
import dev.manyhands.job.Job;
import dev.manyhands.job.JobId;
import dev.manyhands.job.JobIds;
import dev.manyhands.job.JobSpec;
import dev.manyhands.job.JobState;
import dev.manyhands.job.JsonLines;
import dev.manyhands.job.Keeping;
import dev.manyhands.job.Outcome;
import dev.manyhands.job.Outcomes;
import dev.manyhands.job.Placement;
import dev.manyhands.job.ResultBlock;
import dev.manyhands.job.RunTimes;
import dev.manyhands.job.Standing;
import dev.manyhands.job.Stint;
import dev.manyhands.job.TaskError;
import dev.manyhands.job.Timeline;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/// Jobs and blocks as the store's tests need them.
final class Samples {
  static final Instant CREATED = Instant.parse("2026-03-01T12:00:00.123456Z");
  static final Instant STARTED = CREATED.plusMillis(5);
  static final Instant ENDED = CREATED.plusMillis(900);
  static final Timeline RUNNING = new Timeline(CREATED, STARTED, null);
  static final Timeline OVER = new Timeline(CREATED, STARTED, ENDED);
  static final Stint STINT = new Stint("threads-1", STARTED, ENDED);

  private static final JobIds IDS = new JobIds(InstantSource.fixed(CREATED));

  private Samples() {}

  /// Ids rise from call to call.
  static Job job(int total) {
    JobSpec spec =
        new JobSpec(
            new Function.Java("square"),
            Placement.ANYWHERE,
            Care.DEFAULT,
            Gates.OPEN,
            Keeping.DEFAULT,
            Map.of("app", "demo"));
    return new Job(
        IDS.next(),
        "admin",
        spec,
        Standing.of(JobState.QUEUED),
        Counts.none(total),
        Timeline.created(CREATED));
  }

  /// The same otherwise gated and kept.
  static Job with(Job job, Gates gates, Keeping keeping) {
    JobSpec was = job.spec();
    JobSpec spec =
        new JobSpec(was.work(), was.placement(), was.care(), gates, keeping, was.labels());
    return new Job(job.id(), job.caller(), spec, job.standing(), job.counts(), job.timeline());
  }

  static Job dependingOn(Job job, JobId... others) {
    DependsOn dependsOn =
        new DependsOn(List.of(others), DependsOn.Inputs.OWN, DependsOn.OnFailed.CANCEL);
    return with(job, new Gates(null, null, dependsOn, List.of()), Keeping.DEFAULT);
  }

  static Job kept(Job job, Duration retention) {
    return with(job, Gates.OPEN, Keeping.DEFAULT.orKeptFor(retention));
  }

  /// The numbers from `first` to `first + count - 1`.
  static InputBlock inputs(int first, int count) {
    return new InputBlock(first, lines(first, count));
  }

  static JsonLines lines(int first, int count) {
    StringBuilder text = new StringBuilder();
    for (int i = first; i < first + count; i++) {
      text.append(i).append('\n');
    }
    return JsonLines.of(text.toString());
  }

  static Change.Accept accept(Job job) {
    return new Change.Accept(job, List.of(inputs(0, job.counts().total())));
  }

  /// All succeeded.
  static ResultBlock ran(int first, int count) {
    return ran(first, lines(first, count), List.of());
  }

  /// The same tasks, run another time.
  static ResultBlock ranAgain(int first, int count) {
    RunTimes times = RunTimes.of(count, 1234);
    Stint later = new Stint("threads-2", STINT.startedAt(), STINT.endedAt().plusMillis(1));
    return new ResultBlock.Ran(
        1, new Outcomes(first, lines(first, count), List.of(), times, List.of(), later));
  }

  static ResultBlock ran(int first, JsonLines values, List<Failure> failures) {
    RunTimes times = RunTimes.of(values.count(), 1234);
    return new ResultBlock.Ran(1, new Outcomes(first, values, failures, times, List.of(), STINT));
  }

  static Failure failure(int index, Outcome outcome) {
    return new Failure(index, outcome, TaskError.exception("ValueError", "no " + index, "at 1"));
  }

  static Change.Append running(JobId job, long epoch, ResultBlock... blocks) {
    return new Change.Append(job, epoch, List.of(blocks), Standing.of(JobState.RUNNING), RUNNING);
  }

  static Change.Append ended(JobId job, long epoch, JobState state, ResultBlock... blocks) {
    return new Change.Append(job, epoch, List.of(blocks), Standing.of(state), OVER);
  }
}
