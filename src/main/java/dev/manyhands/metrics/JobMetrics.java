package dev.manyhands.metrics;

import dev.manyhands.dispatch.JobListener;
import dev.manyhands.dispatch.TurnedDown;
import dev.manyhands.job.Chunk;
import dev.manyhands.job.Failure;
import dev.manyhands.job.Job;
import dev.manyhands.job.JobState;
import dev.manyhands.job.Outcome;
import dev.manyhands.job.Outcomes;
import dev.manyhands.job.ResultBlock;
import dev.manyhands.job.RunTimes;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.springframework.stereotype.Component;

/// What becomes of jobs and tasks, as counters and histograms. Every name is listed in
/// `src/docs/metrics.md`.
///
/// Each call costs a few map look-ups a block, never one a task.
@Component
final class JobMetrics implements JobListener {
  private final MeterRegistry registry;
  private final Counter accepted;
  private final Counter bytesIn;
  private final Counter bytesOut;
  private final Timer commits;
  private final DistributionSummary changes;
  private final Map<JobState, Counter> jobs = new EnumMap<>(JobState.class);
  private final Map<TurnedDown, Counter> turnedDown = new EnumMap<>(TurnedDown.class);
  private final Map<String, PoolMeters> pools = new ConcurrentHashMap<>();

  JobMetrics(MeterRegistry registry) {
    this.registry = registry;
    accepted =
        Counter.builder("manyhands.jobs.accepted").description("Jobs committed").register(registry);
    bytesIn =
        Counter.builder("manyhands.inputs")
            .baseUnit("bytes")
            .description("Bytes of inputs accepted")
            .register(registry);
    bytesOut =
        Counter.builder("manyhands.values")
            .baseUnit("bytes")
            .description("Bytes of values committed")
            .register(registry);
    commits =
        Timer.builder("manyhands.commit")
            .description("Time of a synced commit")
            .publishPercentileHistogram()
            .minimumExpectedValue(Duration.ofNanos(100_000))
            .maximumExpectedValue(Duration.ofSeconds(5))
            .register(registry);
    changes =
        DistributionSummary.builder("manyhands.commit.changes")
            .description("Submissions and results that one commit took")
            .serviceLevelObjectives(1, 2, 5, 10, 50, 100, 1000)
            .register(registry);
    for (TurnedDown why : TurnedDown.values()) {
      turnedDown.put(
          why,
          Counter.builder("manyhands.submissions.turned.down")
              .tag("reason", why.word())
              .description("Submissions that came while there was no room for them, by reason")
              .register(registry));
    }
    for (JobState state : JobState.values()) {
      if (state.isTerminal()) {
        jobs.put(
            state,
            Counter.builder("manyhands.jobs.ended")
                .tag("state", state.word())
                .description("Jobs that ended, by state")
                .register(registry));
      }
    }
  }

  @Override
  public void turnedDown(TurnedDown why) {
    Counter counter = turnedDown.get(why);
    if (counter != null) {
      counter.increment();
    }
  }

  @Override
  public void accepted(Job job, long inputBytes) {
    accepted.increment();
    bytesIn.increment((double) inputBytes);
  }

  @Override
  public void grown(Job job, long inputBytes) {
    bytesIn.increment((double) inputBytes);
  }

  @Override
  public void handed(String pool, Chunk chunk, Duration waited) {
    PoolMeters meters = meters(pool);
    meters.chunks.record(chunk.count());
    if (chunk.attempt() == 1) {
      meters.waits.record(waited);
    }
  }

  @Override
  public void appended(Job job, String pool, ResultBlock block) {
    PoolMeters meters = meters(pool);
    switch (block) {
      case ResultBlock.Unrun unrun -> meters.ended(unrun.outcome(), unrun.count());
      case ResultBlock.Ran ran -> ran(meters, ran.outcomes());
    }
  }

  private void ran(PoolMeters meters, Outcomes outcomes) {
    bytesOut.increment(outcomes.values().length());
    meters.ended(Outcome.SUCCEEDED, outcomes.count() - outcomes.failures().size());
    for (Failure failure : outcomes.failures()) {
      meters.ended(failure.outcome(), 1);
    }
    RunTimes times = outcomes.times();
    for (int i = 0; i < times.counts().length; i++) {
      // A span of many tiny tasks counts once, with the mean of its tasks: the histogram tells how
      // long tasks are, and
      // manyhands_tasks_ended how many there were.
      meters.runs.record(times.micros()[i] * 1000 / times.counts()[i], TimeUnit.NANOSECONDS);
    }
  }

  @Override
  public void ended(Job job) {
    Counter counter = jobs.get(job.state());
    if (counter != null) {
      counter.increment();
    }
  }

  @Override
  public void committed(int committed, Duration took) {
    commits.record(took);
    changes.record(committed);
  }

  private PoolMeters meters(String pool) {
    return pools.computeIfAbsent(pool, name -> new PoolMeters(name, registry));
  }

  /// The meters of one pool.
  private static final class PoolMeters {
    final DistributionSummary chunks;
    final Timer waits;
    final Timer runs;
    private final Map<Outcome, Counter> tasks = new EnumMap<>(Outcome.class);

    PoolMeters(String pool, MeterRegistry registry) {
      chunks =
          DistributionSummary.builder("manyhands.chunk.tasks")
              .tag("pool", pool)
              .description("Tasks of a chunk")
              .serviceLevelObjectives(1, 10, 100, 1_000, 10_000, 100_000)
              .register(registry);
      waits =
          Timer.builder("manyhands.task.wait")
              .tag("pool", pool)
              .description("From a job's acceptance to a worker, at the first attempt, by chunk")
              .publishPercentileHistogram()
              .minimumExpectedValue(Duration.ofNanos(100_000))
              .maximumExpectedValue(Duration.ofHours(1))
              .register(registry);
      runs =
          Timer.builder("manyhands.task.run")
              .tag("pool", pool)
              .description("Run time of a task; tiny tasks that were timed together count once")
              .publishPercentileHistogram()
              .minimumExpectedValue(Duration.ofNanos(1_000))
              .maximumExpectedValue(Duration.ofHours(1))
              .register(registry);
      for (Outcome outcome : Outcome.values()) {
        tasks.put(
            outcome,
            Counter.builder("manyhands.tasks.ended")
                .tag("pool", pool)
                .tag("outcome", outcome.word())
                .description("Tasks that ended, by outcome")
                .register(registry));
      }
    }

    void ended(Outcome outcome, int count) {
      Counter counter = tasks.get(outcome);
      if (counter != null && count > 0) {
        counter.increment(count);
      }
    }
  }
}
