package dev.manyhands.dispatch;

import dev.manyhands.job.Care;
import dev.manyhands.job.Counts;
import dev.manyhands.job.DependsOn;
import dev.manyhands.job.Failure;
import dev.manyhands.job.Function;
import dev.manyhands.job.Gates;
import dev.manyhands.job.Job;
import dev.manyhands.job.JobId;
import dev.manyhands.job.JobIds;
import dev.manyhands.job.JobSpec;
import dev.manyhands.job.JobState;
import dev.manyhands.job.JsonLines;
import dev.manyhands.job.Keeping;
import dev.manyhands.job.LimitUse;
import dev.manyhands.job.Outcome;
import dev.manyhands.job.Outcomes;
import dev.manyhands.job.Placement;
import dev.manyhands.job.Ranges;
import dev.manyhands.job.RunTimes;
import dev.manyhands.job.Standing;
import dev.manyhands.job.Stint;
import dev.manyhands.job.TaskError;
import dev.manyhands.job.Timeline;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// Jobs and outcomes for tests of the scheduler.
final class Jobs {
  private static final JobIds IDS = new JobIds(InstantSource.system());
  static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  private Jobs() {}

  static Order order(int total) {
    return order(total, Placement.ANYWHERE, Care.DEFAULT);
  }

  static Order order(int total, Placement placement, Care care) {
    return order(total, placement, care, JobState.QUEUED, new Ranges(), 100_000);
  }

  static Order order(
      int total, Placement placement, Care care, JobState state, Ranges done, int perBlock) {
    JobId id = IDS.next();
    JobSpec spec =
        new JobSpec(
            new Function.Java("square"), placement, care, Gates.OPEN, Keeping.DEFAULT, Map.of());
    Counts counts = new Counts(total, done.size(), 0, 0, 0, 0, 0);
    Job job = new Job(id, "admin", spec, Standing.of(state), counts, Timeline.created(NOON));
    int[] starts = new int[(total + perBlock - 1) / perBlock];
    for (int i = 0; i < starts.length; i++) {
      starts[i] = i * perBlock;
    }
    return new Order(job, "threads", starts, done);
  }

  /// The same order of a job that names these limits, on another pool.
  static Order limited(Order order, String pool, List<LimitUse> uses) {
    return gated(order, pool, new Gates(null, null, null, uses));
  }

  /// The same order of a job that may run only so.
  static Order gated(Order order, Gates gates) {
    return gated(order, order.pool(), gates);
  }

  private static Order gated(Order order, String pool, Gates gates) {
    Job job = order.job();
    JobSpec spec = job.spec();
    JobSpec gated =
        new JobSpec(
            spec.work(), spec.placement(), spec.care(), gates, spec.keeping(), spec.labels());
    return new Order(
        new Job(job.id(), job.caller(), gated, job.standing(), job.counts(), job.timeline()),
        pool,
        order.blocks(),
        order.done());
  }

  static Order limited(Order order, String... names) {
    return limited(
        order,
        order.pool(),
        Arrays.stream(names).map(name -> new LimitUse(name, null, null)).toList());
  }

  /// The same order of a job that depends on others.
  static Order depending(Order order, DependsOn on) {
    return gated(order, new Gates(null, null, on, List.of()));
  }

  /// `count` tasks from `first` that each ran `micros`, of which the given ones failed so.
  static Outcomes outcomes(int first, int count, long micros, Map<Integer, Outcome> failed) {
    List<Failure> failures =
        failed.entrySet().stream()
            .sorted(Map.Entry.comparingByKey())
            .map(e -> new Failure(e.getKey(), e.getValue(), TaskError.timeout("made by a test")))
            .toList();
    return new Outcomes(
        first,
        JsonLines.of("null\n".repeat(count)),
        failures,
        RunTimes.of(count, count * micros),
        List.of(),
        new Stint("threads-1", NOON, NOON));
  }
}
