package dev.manyhands.web.openapi;

import java.util.List;

/// Jobs: taking them in, the list, one of them, and what can be done to it.
final class JobOperations {
  static final String TAG = "Jobs";
  static final String WAIT =
      "`wait=n`: answer when the job has ended, or after n seconds (at most 60) as it stands";

  static final String KEY =
      "1 to 255 characters: the same again within a day gets the first answer again, or with a wait"
          + " the job as it stands then, and changes nothing";

  private static final String EXAMPLE =
      """
      {"function": {"type": "java", "name": "square"}, "inputs": [1, 2, 3, 4, 5]}
      """;
  private static final String PYTHON =
      """
      {"function": {"type": "python", "source": "def square(n):\\n    return n * n", "name": "square"},
       "inputs": [1, 2, 3, 4, 5], "pool": "processes", "maxParallel": 8, "chunkSize": 100,
       "timeout": "PT30S", "retry": {"maxAttempts": 3, "backoff": "PT0.2S", "maxBackoff": "PT1M"},
       "onFailure": {"mode": "continue"}, "onWorkerLost": "rerun", "maxCrashes": 3, "priority": 3,
       "labels": {"app": "demo"}}
      """;
  private static final String COMMAND =
      """
      {"function": {"type": "command", "argv": ["echo", "hello {}"], "output": "text"},
       "inputs": ["world"], "onFailure": {"mode": "stop"}}
      """;

  private static final String TASKS =
      """
      {"function": {"type": "java", "name": "square"},
       "tasks": [{"input": 4, "customId": "four"},
                 {"function": {"type": "java", "name": "identity"}, "input": "x"}]}
      """;

  private static final String LINES =
      "the job without its inputs, then one input a line; it runs while they arrive";
  private static final String LINES_EXAMPLE =
      """
      {"function": {"type": "java", "name": "square"}}
      1
      2
      """;

  private JobOperations() {}

  static List<Op> all() {
    return List.of(submit(), list(), one(), cancel(), pause(), resume(), retry(), remove());
  }

  private static Op submit() {
    return Op.of("POST /v1/jobs", "submitJob", TAG, "Take a job in")
        .says("Answered when the job is committed and synced to disk.")
        .query(
            "view",
            Shapes.word("job", "values"),
            "`values` with a wait that sees the end: the bare values, in the order of the inputs")
        .header("Prefer", Shapes.text(""), WAIT)
        .header("Idempotency-Key", Shapes.text(""), KEY)
        .takes(PostedForms.PostedJob.class, EXAMPLE, PYTHON, COMMAND, TASKS)
        .takesLines(Shapes.headed(PostedForms.PostedJob.class).description(LINES), LINES_EXAMPLE)
        .answers(202, "The job.", JobForms.JobSummary.class, JobExamples.QUEUED)
        .answerHeader(202, "Location", "the job")
        .answerHeader(202, "Idempotent-Replayed", "`true`: an earlier request made this job")
        .answersAs(
            200, "The values of a job that has ended.", Op.JSON, Shapes.anyArray(), "[1,4,9,16,25]")
        .problem(404, "not-found")
        .problem(
            409,
            "tasks-failed",
            "job-not-receiving",
            "idempotency-key-in-use",
            "idempotency-key-unfinished")
        .problem(422, "unavailable")
        .problem(502, "owner-broke-off")
        .problem(503, "owner-away")
        .problem(507, "store-full");
  }

  private static Op list() {
    return Op.of("GET /v1/jobs", "listJobs", TAG, "Jobs, newest first")
        .query("before", Shapes.text(""), "the `next` of a page")
        .query("limit", Shapes.integer(1, 1000), "jobs of a page, 50 if not said")
        .query("state", Shapes.text(""), "only in these states, with commas between")
        .query(
            "function",
            Shapes.text(""),
            "only of this function: its type, its name, or both as lists show it: `python`,"
                + " `square`, `python:square`")
        .query(
            "label",
            Shapes.text(""),
            "only with this label, `name:value` or `name=value`; several times (at most 8): with"
                + " all of them")
        .query("createdAfter", Shapes.time(), "only those that came later, RFC 3339")
        .query("createdBefore", Shapes.time(), "only those that came earlier, RFC 3339")
        .answers(200, "A page.", JobForms.JobPage.class, JobExamples.PAGE)
        .answerHeader(200, "Link", "the next page, if there is one");
  }

  private static Op one() {
    return Op.of("GET /v1/jobs/{id}", "getJob", TAG, "One job")
        .path("id", Shapes.jobId(), "the job")
        .header("Prefer", Shapes.text(""), WAIT)
        .header(
            "If-None-Match",
            Shapes.text(""),
            "an `ETag` that was seen: with `Prefer: wait` answered when there is another one")
        .answers(200, "The job as it stands.", JobForms.Job.class, JobExamples.WHOLE)
        .answerHeader(200, "ETag", "changes when the job does")
        .answersNothing(304, "Nothing has changed.")
        .answerHeader(304, "ETag", "as it was");
  }

  private static Op cancel() {
    return Op.of("POST /v1/jobs/{id}/cancel", "cancelJob", TAG, "Cancel a job")
        .says("Nothing more of it is handed out. A job that has ended stays as it is.")
        .path("id", Shapes.jobId(), "the job")
        .mayTake(PostedForms.Cancel.class, "{\"mode\": \"drain\"}", "{\"mode\": \"kill\"}")
        .answers(202, "The job.", JobForms.JobSummary.class, JobExamples.CANCELLING);
  }

  private static Op pause() {
    return Op.of("POST /v1/jobs/{id}/pause", "pauseJob", TAG, "Pause a job")
        .says(
            "Nothing new of it starts until it is resumed; what runs goes on to its end. A job that"
                + " receives goes on receiving, with the reason `paused`.")
        .path("id", Shapes.jobId(), "the job")
        .answers(200, "The job.", JobForms.JobSummary.class, JobExamples.PAUSED)
        .problem(409, "job-not-active");
  }

  private static Op resume() {
    return Op.of("POST /v1/jobs/{id}/resume", "resumeJob", TAG, "Go on with a paused job")
        .says("A job that is not paused stays as it is.")
        .path("id", Shapes.jobId(), "the job")
        .answers(200, "The job.", JobForms.JobSummary.class, JobExamples.RUNNING)
        .problem(409, "job-not-active");
  }

  private static Op retry() {
    return Op.of("POST /v1/jobs/{id}/retry", "retryJob", TAG, "Run some tasks again")
        .says(
            "Makes a new job of inputs of one that has ended, in the order of their indexes, as the"
                + " first was asked for but for its times and dependencies.")
        .path("id", Shapes.jobId(), "the job that has ended")
        .header("Prefer", Shapes.text(""), WAIT)
        .header("Idempotency-Key", Shapes.text(""), KEY)
        .mayTake(PostedForms.Again.class, "{\"outcomes\": [\"failed\"]}", "{\"indexes\": [3, 17]}")
        .answers(202, "The new job.", JobForms.JobSummary.class, JobExamples.RETRY)
        .answerHeader(202, "Location", "the new job")
        .answerHeader(202, "Idempotent-Replayed", "`true`: an earlier request made it")
        .problem(409, "idempotency-key-in-use")
        .problem(409, "job-not-ended")
        .problem(409, "nothing-to-retry")
        .problem(422, "unavailable")
        .problem(502, "owner-broke-off")
        .problem(507, "store-full");
  }

  private static Op remove() {
    return Op.of("DELETE /v1/jobs/{id}", "removeJob", TAG, "Forget a job that has ended")
        .path("id", Shapes.jobId(), "the job")
        .answersNothing(204, "It is gone, with its inputs and results.")
        .problem(409, "job-not-ended")
        .problem(409, "job-needed")
        .problem(507, "store-full");
  }
}
