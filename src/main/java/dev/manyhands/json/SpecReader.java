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
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Reads one [JobSpec] out of a JSON tree, going on after a mistake with the field's default so
/// that all are found.
final class SpecReader {
  private static final List<String> TYPES = List.of("java", "python", "command", "http");

  /// Stands in for a function with mistakes while the rest is checked.
  private static final Function NONE = new Function.Java("none");

  private final Mistakes mistakes;
  private boolean open;

  SpecReader(Mistakes mistakes) {
    this.mistakes = mistakes;
  }

  /// @throws Refused with [Refusal.InvalidBody]
  JobSpec read(JsonNode root) {
    if (!root.isObject()) {
      mistakes.add("", "expected an object with function and inputs");
      throw mistakes.refused();
    }
    Fields fields = new Fields(root, "", mistakes);
    Function function = function(fields);
    Placement placement = mistakes.orNote(() -> placement(fields));
    Care care = care(fields);
    Gates gates = mistakes.orNote(() -> GatesJson.read(fields, mistakes));
    Keeping keeping = mistakes.orNote(() -> KeepingJson.read(fields));
    Map<String, String> labels = fields.textsByName("labels");
    open = Boolean.TRUE.equals(fields.flag("open"));
    fields.end("inputs");
    JobSpec spec =
        mistakes.orNote(() ->
            new JobSpec(
                Objects.requireNonNullElse(function, NONE),
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

  /// Whether the job that was read goes on receiving inputs after those that came with it.
  boolean isOpen() {
    return open;
  }

  private @Nullable Function function(Fields job) {
    Fields fields = job.object("function");
    if (fields == null) {
      if (!job.has("function")) {
        job.missing("function", "an object with type " + String.join(", ", TYPES));
      }
      return null;
    }
    String type = fields.word("type", TYPES);
    if (type == null) {
      if (!fields.has("type")) {
        fields.missing("type", "one of " + String.join(", ", TYPES));
      }
      return null; // what else may stand there depends on the type
    }
    Function function =
        switch (type) {
          case "java" -> java(fields);
          case "python" -> python(fields);
          case "http" -> HttpJson.read(fields, mistakes);
          default -> command(fields);
        };
    fields.end();
    return function;
  }

  private @Nullable Function java(Fields fields) {
    String name = required(fields, "name");
    return name == null ? null : mistakes.orNote(() -> new Function.Java(name));
  }

  private @Nullable Function python(Fields fields) {
    String module = fields.text("module");
    if (module != null && fields.has("source")) {
      mistakes.add("/function/module", "expected source or module, got both");
    }
    String source = fields.has("module") ? fields.text("source") : required(fields, "source");
    String name = required(fields, "name");
    String setup = fields.text("setup");
    boolean spread = Objects.requireNonNullElse(fields.flag("spread"), false);
    if (module != null && name != null) {
      return mistakes.orNote(() -> new Function.PythonModule(module, name, setup, spread));
    }
    return source == null || name == null
        ? null
        : mistakes.orNote(() -> new Function.Python(source, name, setup, spread));
  }

  private @Nullable Function command(Fields fields) {
    List<String> argv = fields.texts("argv");
    if (argv == null && !fields.has("argv")) {
      fields.missing("argv", "an array of strings");
    }
    boolean json = "json".equals(fields.word("output", List.of("text", "json")));
    Function.Command.Output output =
        json ? Function.Command.Output.JSON : Function.Command.Output.TEXT;
    return argv == null ? null : mistakes.orNote(() -> new Function.Command(argv, output));
  }

  private @Nullable String required(Fields fields, String name) {
    if (!fields.has(name)) {
      fields.missing(name, "a string");
    }
    return fields.text(name);
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
