package dev.manyhands.web.openapi;

import java.util.List;

/// Inputs that come after the job.
final class InputOperations {
  private static final String LINES = "one input a line, for as long as they come";

  private InputOperations() {}

  static List<Op> all() {
    return List.of(add(), seal());
  }

  private static Op add() {
    return Op.of("POST /v1/jobs/{id}/inputs", "addInputs", JobOperations.TAG, "Add inputs to a job")
        .says(
            "To a job that was posted with `open`. A JSON document is taken whole or not at all; of"
                + " JSON lines each counts once it is committed, whatever comes after it.")
        .path("id", Shapes.jobId(), "the job")
        .header("Idempotency-Key", Shapes.text(""), JobOperations.KEY + "; of a JSON document")
        .takes(PostedForms.AddedInputs.class, "{\"inputs\": [6, 7]}")
        .takesLines(Shapes.anyArray().description(LINES), "6\n7\n")
        .answers(
            202,
            "What was taken; committed and synced.",
            JobForms.TakenInputs.class,
            JobExamples.TAKEN)
        .answerHeader(202, "Idempotent-Replayed", "`true`: an earlier request added them")
        .problem(409, "job-not-receiving")
        .problem(409, "idempotency-key-in-use", "idempotency-key-unfinished")
        .problem(502, "owner-broke-off")
        .problem(507, "store-full");
  }

  private static Op seal() {
    return Op.of("POST /v1/jobs/{id}/seal", "sealJob", JobOperations.TAG, "End a job's inputs")
        .says("It gets no more inputs. A job that has all of its inputs stays as it is.")
        .path("id", Shapes.jobId(), "the job")
        .answers(200, "The job.", JobForms.JobSummary.class, JobExamples.SUCCEEDED)
        .problem(409, "job-not-receiving");
  }
}
