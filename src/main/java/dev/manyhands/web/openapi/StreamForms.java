package dev.manyhands.web.openapi;

import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What is streamed: lines of JSON and server-sent events.
///
/// An event is described as the object of its fields, `event`, `id` and `data`, of which the data
/// is a text that holds JSON.
interface StreamForms {
  String EVENT_ID = "what the header `Last-Event-ID` takes to go on behind this event";
  String DATA = "JSON, on one line";

  @Schema(description = "A line of results that are followed: a Result with its place.")
  record FollowedResult(
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
      ResultForms.@Nullable LargeValue largeValue,
      ResultForms.@Nullable TaskError error,
      @Nullable Integer attempt,
      @Schema(description = ResultForms.RUN_MS) @Nullable Double runMs,
      @Schema(description = "what `after` takes to go on behind this line") String next) {}

  @Schema(description = "The last line of results that are followed: without it they were cut off.")
  record EndLine(
      @Schema(description = "true") boolean end,
      @Schema(description = "of the job that has ended") String state,
      JobForms.Counts counts,
      @Schema(description = "what `after` takes to be told of the end alone") String next) {}

  @Schema(description = "The last line instead, of a job that was removed while it was followed.")
  record ProblemLine(ProblemForms.Problem problem) {}

  @Schema(description = "A result, as an event without a name: to browsers it is `message`.")
  record ResultEvent(
      @Schema(description = EVENT_ID) String id,
      @Schema(contentSchema = ResultForms.Result.class, description = DATA) String data) {}

  @Schema(description = "Another state of the job, a pause or its end, and how it stands at first.")
  record JobEvent(
      @Schema(allowableValues = "job") String event,
      @Schema(description = EVENT_ID) String id,
      @Schema(contentSchema = JobNews.class, description = DATA) String data) {}

  @Schema(description = "More tasks have come or ended; at most four times a second.")
  record ProgressEvent(
      @Schema(allowableValues = "progress") String event,
      @Schema(description = EVENT_ID) String id,
      @Schema(contentSchema = ProgressNews.class, description = DATA) String data) {}

  @Schema(
      description =
          "The last event: without it the stream was cut off. Whoever comes back with its id is"
              + " answered 204, and browsers come back no more.")
  record EndEvent(
      @Schema(allowableValues = "end") String event,
      @Schema(description = EVENT_ID) String id,
      @Schema(contentSchema = End.class, description = DATA) String data) {}

  @Schema(description = "The last event instead, of a job that was removed meanwhile.")
  record ProblemEvent(
      @Schema(allowableValues = "problem") String event,
      @Schema(contentSchema = ProblemForms.Problem.class, description = DATA) String data) {}

  @Schema(description = "A job as its events tell it: a JobSummary, and how far it is.")
  record JobNews(
      @Schema(pattern = JobForms.ID, example = JobForms.ID_EXAMPLE) String id,
      @Schema(description = "as in JobSummary") String state,
      JobForms.@Nullable Reason reason,
      JobForms.Counts counts,
      @Schema(description = "false: more inputs may come") boolean totalKnown,
      Instant createdAt,
      @Nullable Instant startedAt,
      @Nullable Instant endedAt,
      JobForms.FunctionLabel function,
      @Nullable String pool,
      @Schema(pattern = JobForms.ID) @Nullable String retryOf,
      Map<String, String> labels,
      JobForms.Links links,
      JobForms.Progress progress) {}

  @Schema(description = "How far a job is, whose state is the same.")
  record ProgressNews(
      JobForms.Counts counts,
      @Schema(description = "false: more inputs may come") boolean totalKnown,
      JobForms.Progress progress) {}

  @Schema(description = "How a job has ended.")
  record End(
      @Schema(description = "true") boolean end,
      @Schema(description = "of the job that has ended") String state,
      JobForms.Counts counts) {}
}
