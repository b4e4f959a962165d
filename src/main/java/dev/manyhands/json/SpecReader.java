package dev.manyhands.json;

import dev.manyhands.job.Care;
import dev.manyhands.job.Function;
import dev.manyhands.job.Gates;
import dev.manyhands.job.JobSpec;
import dev.manyhands.job.Keeping;
import dev.manyhands.job.OnFailure;
import dev.manyhands.job.OnWorkerLost;
import dev.manyhands.job.Placement;
import dev.manyhands.job.Refused;
import dev.manyhands.job.Retry;
import dev.manyhands.job.Timeouts;
import dev.manyhands.job.Work;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Reads one [JobSpec] out of a JSON tree, going on after a mistake with the field's default so
/// that all are found.
final class SpecReader {
  /// Stands in for functions with mistakes while the rest is checked.
  private static final Work NONE = Work.of(new Function.Java("none"));

  private final Mistakes mistakes;
  private final @Nullable TaskList tasks;
  private boolean open;

  SpecReader(Mistakes mistakes) {
    this(mistakes, null);
  }

  /// @param tasks that came with it; none: inputs did
  SpecReader(Mistakes mistakes, @Nullable TaskList tasks) {
    this.mistakes = mistakes;
    this.tasks = tasks;
  }

  /// @throws Refused with [Refusal.InvalidBody]
  JobSpec read(JsonNode root) {
    if (!root.isObject()) {
      mistakes.add("", "expected an object with function and inputs, or with tasks");
      throw mistakes.refused();
    }
    Fields fields = new Fields(root, "", mistakes);
    Work work = mistakes.orNote(() -> work(fields));
    Placement placement = mistakes.orNote(() -> placement(fields));
    Care care = care(fields);
    Gates gates = mistakes.orNote(() -> GatesJson.read(fields, mistakes));
    Keeping keeping = mistakes.orNote(() -> KeepingJson.read(fields));
    Map<String, String> labels = fields.textsByName("labels");
    open = Boolean.TRUE.equals(fields.flag("open"));
    fields.end("inputs", "tasks");
    JobSpec spec =
        mistakes.orNote(() ->
            new JobSpec(
                Objects.requireNonNullElse(work, NONE),
                Objects.requireNonNullElse(placement, Placement.ANYWHERE),
                care,
                Objects.requireNonNullElse(gates, Gates.OPEN),
                Objects.requireNonNullElse(keeping, Keeping.DEFAULT),
                labels));
    if (!mistakes.isEmpty()) {
      throw mistakes.refused();
    }
    return Objects.requireNonNull(spec);
  }

  private @Nullable Work work(Fields job) {
    FunctionReader reader = new FunctionReader(mistakes);
    TaskList list = tasks;
    if (list != null) {
      Function own = job.has("function") ? reader.read(job) : null;
      return mistakes.isEmpty() ? list.work(own) : null;
    }
    boolean named = Boolean.TRUE.equals(job.flag("customIds"));
    if (job.has("functions")) {
      return new Work(job.objects("functions", reader::readFields), named);
    }
    Function function = reader.read(job);
    return function == null ? null : new Work(List.of(function), named);
  }

  /// Whether the job that was read goes on receiving inputs after those that came with it.
  boolean isOpen() {
    return open;
  }

  private Placement placement(Fields job) {
    String pool = job.text("pool");
    Integer maxParallel = job.integer("maxParallel");
    Integer chunkSize = job.integer("chunkSize");
    Integer priority = job.integer("priority");
    return new Placement(
        pool,
        maxParallel,
        chunkSize,
        Objects.requireNonNullElse(priority, Placement.NORMAL_PRIORITY));
  }

  private Care care(Fields job) {
    Duration soft = job.duration("softTimeout");
    Duration hard = job.duration("timeout");
    Timeouts timeouts = mistakes.orNote(() -> new Timeouts(soft, hard));
    Retry retry = mistakes.orNote(() -> retry(job));
    OnFailure onFailure = onFailure(job);
    OnWorkerLost onWorkerLost = mistakes.orNote(() -> onWorkerLost(job));
    Care care =
        mistakes.orNote(() ->
            new Care(
                Objects.requireNonNullElse(timeouts, Timeouts.NONE),
                Objects.requireNonNullElse(retry, Retry.NEVER),
                onFailure,
                Objects.requireNonNullElse(onWorkerLost, OnWorkerLost.RERUN)));
    return Objects.requireNonNullElse(care, Care.DEFAULT);
  }

  private Retry retry(Fields job) {
    Fields fields = job.object("retry");
    if (fields == null) {
      return Retry.NEVER;
    }
    Integer maxAttempts = fields.integer("maxAttempts");
    Duration backoff = fields.duration("backoff");
    Duration maxBackoff = fields.duration("maxBackoff");
    fields.end();
    return new Retry(
        Objects.requireNonNullElse(maxAttempts, Retry.NEVER.maxAttempts()),
        Objects.requireNonNullElse(backoff, Retry.NEVER.backoff()),
        Objects.requireNonNullElse(maxBackoff, Retry.NEVER.maxBackoff()));
  }

  private OnFailure onFailure(Fields job) {
    Fields fields = job.object("onFailure");
    if (fields == null) {
      return OnFailure.CONTINUE;
    }
    String mode = fields.word("mode", List.of("continue", "stop"));
    fields.end();
    return "stop".equals(mode) ? OnFailure.STOP : OnFailure.CONTINUE;
  }

  private OnWorkerLost onWorkerLost(Fields job) {
    String word = job.word("onWorkerLost", List.of("rerun", "fail"));
    Integer maxCrashes = job.integer("maxCrashes");
    return new OnWorkerLost(
        !"fail".equals(word),
        Objects.requireNonNullElse(maxCrashes, OnWorkerLost.RERUN.maxCrashes()));
  }
}
