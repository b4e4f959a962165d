package dev.manyhands.web.openapi;

import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A job as it is shown.
interface JobForms {
  String ID = "^job_[0-9A-HJKMNP-TV-Z]{26}$";
  String ID_EXAMPLE = "job_01KAS5Z0V0H1ZZYK5Y2G2GJ3QX";
  String DURATION = "^-?PT?.+$";

  @Schema(description = "A page of jobs, newest first.")
  record JobPage(
      List<JobSummary> jobs,
      @Schema(
              types = {"string", "null"},
              description = "what `before` takes for the next page; null: there is none")
          String next) {}

  @Schema(description = "A job without all that was asked for.")
  record JobSummary(
      @Schema(pattern = ID, example = ID_EXAMPLE) String id,
      @Schema(
              allowableValues = {
                "receiving",
                "queued",
                "running",
                "paused",
                "cancelling",
                "succeeded",
                "failed",
                "cancelled",
                "expired"
              },
              description = "`succeeded`, `failed`, `cancelled` and `expired` are final")
          String state,
      @Nullable Reason reason,
      Counts counts,
      @Schema(description = "false: more inputs may come") boolean totalKnown,
      Instant createdAt,
      @Schema(description = "when its first task was handed out") @Nullable Instant startedAt,
      @Nullable Instant endedAt,
      FunctionLabel function,
      @Schema(description = "the pool that it runs on") @Nullable String pool,
      @Schema(pattern = ID, description = "the job whose tasks it runs again")
          @Nullable String retryOf,
      @Schema(description = "the client's own marks") Map<String, String> labels,
      Links links,
      @Schema(description = "in the answer to its submission alone")
          @Nullable List<AcceptedWebhook> webhooks) {}

  @Schema(description = "A job with all that was asked for, every default in force written out.")
  record Job(
      @Schema(pattern = ID, example = ID_EXAMPLE) String id,
      @Schema(description = "as in JobSummary") String state,
      @Nullable Reason reason,
      Counts counts,
      @Schema(description = "false: more inputs may come") boolean totalKnown,
      Instant createdAt,
      @Nullable Instant startedAt,
      @Nullable Instant endedAt,
      @Schema(description = "true: it takes inputs at `/v1/jobs/{id}/inputs` until it is sealed")
          boolean open,
      @Schema(description = "none: there are several") PostedForms.@Nullable Function function,
      @Schema(description = "of a job whose tasks have several")
          @Nullable List<PostedForms.Function> functions,
      @Schema(description = "true: tasks have a `customId`") @Nullable Boolean customIds,
      @Nullable String pool,
      @Nullable Integer maxParallel,
      @Nullable Integer chunkSize,
      Integer priority,
      @Nullable String softTimeout,
      @Nullable String timeout,
      PostedForms.Retry retry,
      PostedForms.OnFailure onFailure,
      String onWorkerLost,
      Integer maxCrashes,
      @Nullable Instant notBefore,
      @Nullable Instant deadline,
      PostedForms.@Nullable DependsOn dependsOn,
      @Nullable List<PostedForms.LimitUse> limits,
      @Nullable String retention,
      @Schema(pattern = ID) @Nullable String retryOf,
      @Nullable List<ShownWebhook> webhooks,
      Map<String, String> labels,
      Links links,
      Progress progress) {}

  @Schema(description = "How far the job is.")
  record Progress(
      int done,
      @Schema(description = "lately, or of all when it has ended; not before a task has ended")
          @Nullable Double tasksPerSecond,
      @Schema(
              description =
                  "only while it runs; of the inputs that have come, if `totalKnown` is false")
          @Nullable Eta eta) {}

  @Schema(description = "When the last task will have ended, if the others go on as the last did.")
  record Eta(Instant earliest, Instant likely, Instant latest) {}

  @Schema(description = "Why the job is in its state, where that does not speak for itself.")
  record Reason(
      @Schema(allowableValues = {"deadline", "dependency", "inputs", "paused", "pool"}) String kind,
      @Schema(description = "for people") String message) {}

  @Schema(description = "The inputs of one request that were taken.")
  record TakenInputs(
      @Schema(description = "index of the first of them") @Nullable Integer first,
      @Schema(description = "index of the last; others may have added inputs in between")
          @Nullable Integer last,
      int count,
      @Schema(
              description =
                  "which they are, in order, where others added inputs in between; left out if they"
                      + " are more than 1,000 runs")
          @Nullable List<Run> runs,
      @Schema(description = "inputs of the job so far") int total) {}

  @Schema(description = "Neighbouring inputs.")
  record Run(int first, int last) {}

  @Schema(description = "How many tasks there are, and how many have ended, by outcome.")
  record Counts(
      int total,
      int succeeded,
      int failed,
      int crashed,
      @Schema(name = "timed_out") int timedOut,
      int cancelled,
      int skipped) {}

  @Schema(description = "What is run, without its source.")
  record FunctionLabel(
      @Schema(description = "`mixed` where there are several") String type,
      @Schema(description = "for people", example = "python:square") String label) {}

  record Links(String self, String results) {}

  @Schema(description = "Who is told what happens to the job, with the secret that signs it.")
  record AcceptedWebhook(
      String url,
      @Schema(pattern = "^whsec_.+$", description = "yours, or one that was made") String secret,
      List<String> events) {}

  @Schema(description = "Who is told what happens to the job. The secret is not shown.")
  record ShownWebhook(String url, List<String> events) {}
}
