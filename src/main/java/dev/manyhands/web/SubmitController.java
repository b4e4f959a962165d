package dev.manyhands.web;

import dev.manyhands.dispatch.Arriving;
import dev.manyhands.dispatch.Intake;
import dev.manyhands.dispatch.JobService;
import dev.manyhands.dispatch.KeyClaim;
import dev.manyhands.job.IdempotencyKey;
import dev.manyhands.job.Job;
import dev.manyhands.job.Refusal;
import dev.manyhands.job.Refused;
import dev.manyhands.json.JobReader;
import dev.manyhands.json.Limits;
import dev.manyhands.json.Posted;
import dev.manyhands.store.Change;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// Takes a job in, as one JSON document or as JSON lines: the inputs go to the store while the body
/// is still on its way, and the answer comes when the job is committed and synced.
@RestController
final class SubmitController {
  private final JobService jobs;
  private final JobReader reader;
  private final Limits limits;
  private final Uploads uploads;
  private final Waiting waiting;
  private final Ends ends;

  SubmitController(
      JobService jobs,
      JobReader reader,
      Limits limits,
      Waiting waiting,
      Uploads uploads,
      Ends ends) {
    this.ends = ends;
    this.waiting = waiting;
    this.jobs = jobs;
    this.reader = reader;
    this.limits = limits;
    this.uploads = uploads;
  }

  /// One way to read a submission.
  private interface Way {
    Job accept(SubmittedBody body, @Nullable IdempotencyKey key, Wish wish) throws IOException;
  }

  /// What answer is wanted.
  ///
  /// @param values whether it may be the bare values
  /// @param awaited whether it comes when the job has ended
  private record Wish(boolean values, boolean awaited) {}

  @PostMapping(path = "/v1/jobs", consumes = Json.TYPE, produces = Json.TYPE)
  void submit(
      @RequestParam(required = false) @Nullable String view,
      HttpServletRequest request,
      HttpServletResponse response)
      throws IOException {
    refuseTooLong(request.getContentLengthLong());
    answer(view, Json.TYPE, this::acceptDocument, request, response);
  }

  @PostMapping(
      path = "/v1/jobs",
      consumes = {ResultType.JSONL, ResultType.NDJSON},
      produces = Json.TYPE)
  void submitLines(
      @RequestParam(required = false) @Nullable String view,
      HttpServletRequest request,
      HttpServletResponse response)
      throws IOException {
    answer(view, ResultType.JSONL, this::acceptLines, request, response);
  }

  private void answer(
      @Nullable String view,
      String kind,
      Way way,
      HttpServletRequest request,
      HttpServletResponse response)
      throws IOException {
    boolean values = Parameters.word("view", view, List.of("job", "values")).equals("values");
    boolean awaited = Prefer.waiting(request).filter(Duration::isPositive).isPresent();
    Job accepted = accept(kind, way, new Wish(values, awaited), request, response);
    waiting.answer(
        request,
        response,
        new Awaited<>(
            atMost -> ends.await(accepted.id(), atMost),
            () -> accepted,
            job -> job.state().isTerminal(),
            (job, answer) -> send(job, values, answer),
            ends.areHere(accepted)));
  }

  private void send(Job job, boolean values, HttpServletResponse response) throws IOException {
    response.setHeader("Location", JobJson.path(job));
    if (values && job.state().isTerminal()) {
      Values.requireAllSucceeded(jobs, job);
      Values.send(jobs, job, response);
    } else {
      Json.send(response, 202, Json.object(json -> JobJson.accepted(json, job)));
    }
  }

  private Job accept(
      String kind, Way way, Wish wish, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    Optional<KeyClaim> claimed = IdempotencyHeader.claim(jobs, request);
    if (claimed.isEmpty()) {
      return way.accept(SubmittedBody.of(uploads, request), null, wish);
    }
    try (KeyClaim claim = claimed.get()) {
      SubmittedBody body = SubmittedBody.fingerprinted(uploads, request, kind);
      return claim.known().isPresent()
          ? IdempotencyHeader.again(jobs, claim.known().get(), body, response)
          : way.accept(body, claim.key(), wish);
    }
  }

  private Job acceptDocument(SubmittedBody body, @Nullable IdempotencyKey key, Wish wish)
      throws IOException {
    try (Arriving arriving = jobs.document(body.length());
        Intake intake = jobs.intake()) {
      Posted posted = reader.read(arriving.counted(body.stream()), intake::add);
      if (wish.values()) {
        Values.requireNoSecretMade(posted.asked());
      }
      Change.Once once = key == null ? null : new Change.Once(key, body.fingerprint());
      return intake.accept(posted.asked().spec(), posted.asked().open(), once, wish.awaited());
    }
  }

  private Job acceptLines(SubmittedBody body, @Nullable IdempotencyKey key, Wish wish)
      throws IOException {
    try (Arriving _ = jobs.lines(body.length());
        LineSubmission submission = new LineSubmission(jobs, limits, uploads, key, wish.values())) {
      return submission.accept(body);
    }
  }

  /// A body that says itself that it is too long need not be read.
  private void refuseTooLong(long length) {
    if (length > limits.maxBody()) {
      throw new Refused(
          new Refusal.TooLarge(
              "max-body",
              "",
              "expected a body of at most " + limits.maxBody() + " bytes, got " + length));
    }
  }
}
