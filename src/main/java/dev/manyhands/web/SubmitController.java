package dev.manyhands.web;

import dev.manyhands.dispatch.Arriving;
import dev.manyhands.dispatch.Intake;
import dev.manyhands.dispatch.JobService;
import dev.manyhands.dispatch.KeyClaim;
import dev.manyhands.job.IdempotencyKey;
import dev.manyhands.job.Job;
import dev.manyhands.job.Refusal;
import dev.manyhands.job.Refused;
import dev.manyhands.json.Asked;
import dev.manyhands.json.JobReader;
import dev.manyhands.json.Limits;
import dev.manyhands.json.Posted;
import dev.manyhands.store.Change;
import dev.manyhands.store.Keyed;
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

  /// A job that is there now, or was since an earlier request.
  ///
  /// @param first what its sender is told without a wait; none: how the job stands
  private record Accepted(Job job, byte @Nullable [] first) {}

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
    Accepted accepted = accept(kind, way, new Wish(values, awaited), request, response);
    waiting.answer(
        request,
        response,
        new Awaited<>(
            atMost -> new Accepted(ends.await(accepted.job().id(), atMost), null),
            () -> accepted,
            told -> told.job().state().isTerminal(),
            (told, answer) -> send(told, values, answer),
            ends.areHere(accepted.job())));
  }

  private void send(Accepted accepted, boolean values, HttpServletResponse response)
      throws IOException {
    Job job = accepted.job();
    byte[] first = accepted.first();
    response.setHeader("Location", JobJson.path(job));
    if (first != null) {
      Json.send(response, 202, first);
    } else if (values && job.state().isTerminal()) {
      Values.requireAllSucceeded(jobs, job);
      Values.send(jobs, job, response);
    } else {
      Json.send(response, 202, Json.object(json -> JobJson.accepted(json, job)));
    }
  }

  private Accepted accept(
      String kind, Way way, Wish wish, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    Optional<KeyClaim> claimed = IdempotencyHeader.claim(jobs, request);
    if (claimed.isEmpty()) {
      return new Accepted(way.accept(SubmittedBody.of(uploads, request), null, wish), null);
    }
    try (KeyClaim claim = claimed.get()) {
      SubmittedBody body = SubmittedBody.fingerprinted(uploads, request, kind);
      return claim.known().isPresent()
          ? again(claim.known().get(), body, response)
          : once(way, claim, body, wish);
    }
  }

  private Accepted again(Keyed known, SubmittedBody body, HttpServletResponse response)
      throws IOException {
    IdempotencyHeader.requireSame(known, body, response);
    return new Accepted(jobs.job(known.job()), known.answer());
  }

  private Accepted once(Way way, KeyClaim claim, SubmittedBody body, Wish wish) throws IOException {
    Job job = way.accept(body, claim.key(), wish);
    if (wish.values() && job.state().isTerminal()) {
      return new Accepted(job, null); // its values are the answer, and will be
    }
    byte[] first = Json.object(json -> JobJson.accepted(json, job));
    jobs.keep(claim.key(), job.id(), first);
    return new Accepted(job, first);
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
      Asked asked = posted.asked();
      return intake.accept(asked.spec(), posted.functionAt(), asked.open(), once, wish.awaited());
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
