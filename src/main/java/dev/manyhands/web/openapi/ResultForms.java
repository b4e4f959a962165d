package dev.manyhands.web.openapi;

import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What became of tasks.
interface ResultForms {
  String RUN_MS = "how long the attempt ran; of tiny tasks timed together, their mean";

  @Schema(description = "Some results of a job.")
  record ResultPage(
      List<Result> results,
      @Schema(
              types = {"string", "null"},
              description = "what `after` takes to go on; null: all have been read")
          String next) {}

  @Schema(description = "How one task ended: a line of the results.")
  record Result(
      int index,
      @Schema(description = PostedForms.CUSTOM_ID) @Nullable String customId,
      @Schema(
              allowableValues = {
                "succeeded",
                "failed",
                "crashed",
                "timed_out",
                "cancelled",
                "skipped"
              })
          String status,
      @Schema(
              types = {},
              description = "what the function returned, if it succeeded")
          @Nullable Object value,
      @Schema(description = "instead of a value that is too long for lists")
          @Nullable LargeValue largeValue,
      @Nullable TaskError error,
      @Schema(description = "the try that counts, from 1; none if it never ran")
          @Nullable Integer attempt,
      @Schema(description = RUN_MS) @Nullable Double runMs) {}

  @Schema(description = "A value that is read at `/v1/jobs/{id}/tasks/{index}/value`.")
  record LargeValue(
      @Schema(description = "of its JSON") long bytes,
      @Schema(allowableValues = {"object", "array", "string", "number", "boolean", "null"})
          String type,
      @Schema(description = "of its JSON, in hexadecimal") String sha256) {}

  @Schema(description = "Why a task did not succeed.")
  record TaskError(
      @Schema(
              allowableValues = {
                "exception",
                "exit",
                "crash",
                "limit",
                "timeout",
                "function",
                "result",
                "http"
              })
          String kind,
      @Schema(description = "the exception's class, or the limit", example = "ValueError")
          @Nullable String type,
      String message,
      @Nullable String traceback,
      @Nullable Integer exitCode,
      @Schema(example = "SIGKILL") @Nullable String signal,
      @Schema(
              description =
                  "the most memory that the process, or one process that it started, ever had")
          @Nullable Long peakMemoryBytes,
      @Schema(description = "the last lines of it") @Nullable String stderr,
      @Schema(description = "of an HTTP answer") @Nullable Integer httpStatus,
      @Schema(description = "its first characters") @Nullable String responseBody) {}

  @Schema(description = "A page of a job's tasks, without values.")
  record TaskPage(
      List<ListedTask> tasks,
      @Schema(
              types = {"string", "null"},
              description = "what `after` takes for the next page; null: there is none")
          String next) {}

  @Schema(description = "One task, without its value.")
  record ListedTask(
      int index,
      @Schema(description = PostedForms.CUSTOM_ID) @Nullable String customId,
      @Schema(
              allowableValues = {
                "pending",
                "succeeded",
                "failed",
                "crashed",
                "timed_out",
                "cancelled",
                "skipped"
              })
          String status,
      @Nullable TaskError error,
      @Nullable Integer attempt,
      @Schema(description = RUN_MS) @Nullable Double runMs,
      @Nullable String worker,
      @Schema(description = "of the chunk that it was part of") @Nullable Instant startedAt,
      @Nullable Instant endedAt) {}

  @Schema(description = "One task: a result with its circumstances, or that it has not ended.")
  record Task(
      int index,
      @Schema(description = PostedForms.CUSTOM_ID) @Nullable String customId,
      @Schema(
              allowableValues = {
                "pending",
                "succeeded",
                "failed",
                "crashed",
                "timed_out",
                "cancelled",
                "skipped"
              })
          String status,
      @Schema(types = {}) @Nullable Object value,
      @Nullable LargeValue largeValue,
      @Nullable TaskError error,
      @Nullable Integer attempt,
      @Schema(description = RUN_MS) @Nullable Double runMs,
      @Schema(description = "who ran it") @Nullable String worker,
      @Schema(description = "of the chunk that it was part of") @Nullable Instant startedAt,
      @Nullable Instant endedAt,
      @Nullable Output output) {}

  @Schema(description = "What a task printed.")
  record Output(
      int index,
      String stdout,
      String stderr,
      @Schema(description = "whether there was more than is kept") boolean truncated) {}
}
