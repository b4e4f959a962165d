package dev.manyhands.web;

import dev.manyhands.dispatch.DispatchSettings;
import dev.manyhands.dispatch.JobService;
import dev.manyhands.dispatch.LimitService;
import dev.manyhands.job.Bounds;
import dev.manyhands.job.CustomId;
import dev.manyhands.job.DependsOn;
import dev.manyhands.job.Function;
import dev.manyhands.job.Gates;
import dev.manyhands.job.IdempotencyKey;
import dev.manyhands.job.JobFilter;
import dev.manyhands.job.JobSpec;
import dev.manyhands.job.Keeping;
import dev.manyhands.job.Retry;
import dev.manyhands.job.Selected;
import dev.manyhands.job.Work;
import dev.manyhands.json.Limits;
import dev.manyhands.outbound.HttpSettings;
import dev.manyhands.pool.ProcessSettings;
import dev.manyhands.pool.ThreadSettings;
import dev.manyhands.store.StoreSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.stereotype.Component;

/// Every bound that the service keeps to, by name, as `GET /v1/info` tells it: counts, bytes, and
/// whole seconds.
@Component
final class LimitsInForce {
  private final Map<String, Long> all = new TreeMap<>();

  LimitsInForce(
      LimitsSettings posted,
      DispatchSettings dispatch,
      ProcessSettings processes,
      ThreadSettings threads,
      HttpSettings http,
      StoreSettings store,
      FollowSettings following,
      List<Bounds> others) {
    ofBodies(posted.limits());
    ofStreams(posted, dispatch);
    ofJobs(dispatch);
    ofAnswers(following);
    all.put("max-value", processes.maxValue().toBytes());
    all.put("max-output", processes.maxOutput().toBytes());
    all.put("max-lost-threads", (long) threads.maxLost());
    all.put("large-value", (long) store.largeValueBytes());
    all.put("http-max-response", (long) http.maxResponseBytes());
    all.put("http-timeout", seconds(http.timeout()));
    others.forEach(bounds -> all.putAll(bounds.inForce()));
  }

  private void ofBodies(Limits limits) {
    all.put("max-body", limits.maxBody());
    all.put("max-input", (long) limits.maxInput());
    all.put("max-inputs", (long) limits.maxInputs());
    all.put("max-added-body", (long) Limits.MAX_ADDED);
    all.put("max-nesting", (long) Limits.MAX_NESTING);
    all.put("max-number-chars", (long) Limits.MAX_NUMBER_CHARS);
    all.put("max-order", (long) SmallBody.MAX_BYTES);
  }

  private void ofStreams(LimitsSettings posted, DispatchSettings dispatch) {
    all.put("max-pause-seconds", seconds(posted.maxPause()));
    all.put("max-ahead", dispatch.maxAhead().toBytes());
    all.put("max-uncommitted", (long) JobService.MAX_UNCOMMITTED_BYTES);
    all.put("max-feeds", (long) JobService.MAX_FEEDS);
  }

  private void ofJobs(DispatchSettings dispatch) {
    all.put("max-unfinished-jobs", (long) dispatch.maxUnfinishedJobs());
    all.put("max-unfinished-bytes", dispatch.maxUnfinishedBytes().toBytes());
    all.put("max-arriving-bytes", dispatch.maxArrivingBytes().toBytes());
    all.put("max-named-limits", (long) LimitService.MAX_LIMITS);
    all.put("max-keys-ahead", (long) LimitService.LOOK_AHEAD);
    all.put("max-limits-of-job", (long) Gates.MAX_LIMITS);
    all.put("max-dependencies", (long) DependsOn.MAX_JOBS);
    all.put("max-retry-indexes", (long) Selected.MAX_INDEXES);
    all.put("max-backoff-seconds", Retry.LONGEST.toSeconds());
    all.put("idempotency-seconds", IdempotencyKey.KEPT.toSeconds());
    all.put("max-idempotency-key", (long) IdempotencyKey.MAX_CHARS);
    all.put("max-webhooks", (long) Keeping.MAX_WEBHOOKS);
    all.put("max-retention", Keeping.LONGEST.toSeconds());
    all.put("max-labels", (long) JobSpec.MAX_LABELS);
    all.put("max-source", (long) Function.MAX_SOURCE_CHARS);
    all.put("max-argv", (long) Function.MAX_ARGV);
    all.put("max-argument", (long) Function.MAX_ARGUMENT_CHARS);
  }

  private void ofAnswers(FollowSettings following) {
    all.put("max-readers", (long) following.maxReaders());
    all.put("max-waiting", (long) following.maxWaiting());
    all.put("max-wait-seconds", (long) Prefer.MAX_SECONDS);
    all.put("max-followed-bytes", (long) JobService.MAX_FOLLOWED_BYTES);
    all.put("heartbeat-seconds", seconds(following.heartbeat()));
    all.put("write-timeout-seconds", seconds(following.writeTimeout()));
    all.put("max-functions", (long) Work.MAX_FUNCTIONS);
    all.put("max-functions-bytes", (long) Limits.MAX_FUNCTIONS_BYTES);
    all.put("max-function-changes", (long) Work.MAX_CHANGES);
    all.put("max-custom-ids", (long) CustomId.MAX_IN_JOB);
    all.put("max-custom-id-chars", (long) CustomId.MAX_CHARS);
    all.put("max-page-jobs", (long) JobListController.MAX_PAGE);
    all.put("max-page-tasks", (long) TaskListController.MAX_PAGE);
    all.put("max-filter-labels", (long) JobFilter.MAX_LABELS);
    all.put("max-page-results", (long) ResultController.MAX_PAGE);
  }

  /// Part of a second counts as one: a limit of none would be another thing.
  private static long seconds(Duration duration) {
    return Math.ceilDiv(duration.toMillis(), 1000L);
  }

  Map<String, Long> inForce() {
    return all;
  }
}
