package dev.manyhands.web.openapi;

import io.swagger.v3.oas.models.media.Schema;
import java.util.List;

/// Results: pages, lines, bare values, and one task.
final class ResultOperations {
  private static final String TAG = "Results";

  private static final String HEARTBEAT =
      "When nothing is sent for 15 s (a setting of the service) a heartbeat is: an empty line, or in"
          + " an event stream a comment, a line of `:` alone.";

  private ResultOperations() {}

  static List<Op> all() {
    return List.of(results(), events(), tasks(), task(), cancelTask(), value());
  }

  private static Op results() {
    return Op.of("GET /v1/jobs/{id}/results", "getResults", TAG, "What became of a job's tasks")
        .says(
            "A page of JSON, or with `Accept: application/jsonl` all lines, a task each. With"
                + " `view=values` the bare values as one array, in the order of the inputs. With"
                + " `follow` lines or events as they come, the last of which says how the job has"
                + " ended. "
                + HEARTBEAT)
        .path("id", Shapes.jobId(), "the job")
        .query(
            "order",
            Shapes.word("input", "completion"),
            "`input`: by index, as far as all before have ended; `completion`: as they ended")
        .query("status", Shapes.text(""), "only these outcomes, with commas between")
        .query("after", Shapes.text(""), "the `next` of a page of the same job and order")
        .query(
            "limit",
            Shapes.integer(1, Integer.MAX_VALUE),
            "results of a page, at most 10,000, 1,000 if not said; or lines")
        .query(
            "view",
            Shapes.word("values"),
            "the bare values; 409 if a task has none, unless `status=succeeded`")
        .query(
            "follow",
            Shapes.word("true", "false"),
            "`true`: results as they come, to the job's end, as lines or as server-sent events; the"
                + " last line or event says `end`")
        .header(
            "Last-Event-ID",
            Shapes.text(""),
            "the id of the last event got, or the `next` of a line; goes before `after`")
        .header("Prefer", Shapes.text(""), JobOperations.WAIT)
        .answersAs(
            200,
            "The results that there are, or with `follow` all of them as they come.",
            Op.JSON,
            Shapes.either(Shapes.form(ResultForms.ResultPage.class), Shapes.anyArray()),
            TaskExamples.RESULTS,
            "[1,4,9]")
        .answerHeader(200, "Link", "of a page: the next one, if there may be one")
        .streams(200, "", Op.LINES, lines(), StreamExamples.LINES)
        .streams(200, "", Op.NDJSON, lines(), StreamExamples.LINES)
        .streams(
            200,
            "",
            Op.EVENTS,
            Shapes.sequence(
                StreamForms.ResultEvent.class,
                StreamForms.EndEvent.class,
                StreamForms.ProblemEvent.class),
            StreamExamples.RESULTS)
        .answersNothing(204, "With `Last-Event-ID` of the event `end`: there is no more.")
        .problem(409, "job-not-ended", "tasks-failed");
  }

  private static Schema<?> lines() {
    return Shapes.sequence(
            ResultForms.Result.class,
            StreamForms.FollowedResult.class,
            StreamForms.EndLine.class,
            StreamForms.ProblemLine.class)
        .description("a Result a line; with `follow` the others");
  }

  private static Op events() {
    return Op.of("GET /v1/jobs/{id}/events", "getEvents", TAG, "What happens to a job, as it does")
        .says(
            "Server-sent events: `job` at each state, `progress` at most four times a second, and"
                + " `end`. Each says how the job stands, so whoever was away misses no news. "
                + HEARTBEAT)
        .path("id", Shapes.jobId(), "the job")
        .header("Last-Event-ID", Shapes.text(""), "the id of the last event got")
        .streams(
            200,
            "The events, the last of which is `end`, or `problem` if the job was removed.",
            Op.EVENTS,
            Shapes.sequence(
                StreamForms.JobEvent.class,
                StreamForms.ProgressEvent.class,
                StreamForms.EndEvent.class,
                StreamForms.ProblemEvent.class),
            StreamExamples.EVENTS)
        .answersNothing(204, "With the id of the event `end`: there is no more.");
  }

  private static Op tasks() {
    return Op.of("GET /v1/jobs/{id}/tasks", "listTasks", TAG, "The tasks of a job, in their order")
        .says("How each ended, without values; a task that has not ended is `pending`.")
        .path("id", Shapes.jobId(), "the job")
        .query(
            "status",
            Shapes.text(""),
            "only these outcomes, or `pending`, with commas between; none: all")
        .query("after", Shapes.text(""), "the `next` of a page of the same job")
        .query("limit", Shapes.integer(1, 1000), "tasks of a page, 100 if not said")
        .query("customId", Shapes.text(""), "only the task that the client named so")
        .answers(200, "A page.", ResultForms.TaskPage.class, TaskExamples.TASKS)
        .answerHeader(200, "Link", "the next page, if there is one");
  }

  private static Op task() {
    return Op.of("GET /v1/jobs/{id}/tasks/{index}", "getTask", TAG, "One task of a job")
        .path("id", Shapes.jobId(), "the job")
        .path("index", Shapes.integer(0, Integer.MAX_VALUE), "the place of its input, from 0")
        .answers(200, "The task.", ResultForms.Task.class, TaskExamples.TASK, TaskExamples.PENDING);
  }

  private static Op cancelTask() {
    return Op.of(
            "POST /v1/jobs/{id}/tasks/{index}/cancel", "cancelTask", TAG, "End one task of a job")
        .says(
            "One that waits ends as `cancelled` at once. One that runs is asked to end, as by Ctrl-C,"
                + " and ended by force a second later; what it returns before counts. Its neighbours"
                + " go on.")
        .path("id", Shapes.jobId(), "the job")
        .path("index", Shapes.integer(0, Integer.MAX_VALUE), "the place of its input, from 0")
        .answers(
            202,
            "The task as it stands.",
            ResultForms.Task.class,
            TaskExamples.CANCELLED,
            TaskExamples.PENDING)
        .problem(409, "task-ended");
  }

  private static Op value() {
    return Op.of("GET /v1/jobs/{id}/tasks/{index}/value", "getValue", TAG, "The value of one task")
        .says("The bare value, of any size, whole or a `Range` of its bytes.")
        .path("id", Shapes.jobId(), "the job")
        .path("index", Shapes.integer(0, Integer.MAX_VALUE), "the place of its input, from 0")
        .header("Range", Shapes.text(""), "one range of bytes; several are answered by the whole")
        .header("If-Range", Shapes.text(""), "the `ETag` for which the range is meant")
        .header("If-None-Match", Shapes.text(""), "the `ETag` of what is there already")
        .answersAs(200, "The value, with its SHA-256 as `ETag`.", Op.JSON, Shapes.any(), "16")
        .answersAs(206, "The range of its bytes.", Op.JSON, Shapes.any(), "1")
        .answersNothing(304, "It is there already.")
        .answerHeader(200, "ETag", "the SHA-256 of the value")
        .answerHeader(206, "ETag", "the SHA-256 of the whole value")
        .answerHeader(206, "Content-Range", "which bytes of how many they are")
        .answerHeader(304, "ETag", "as it was")
        .problem(409, "task-not-ended")
        .problem(416, "range-not-satisfiable");
  }
}
