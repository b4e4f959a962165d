package dev.manyhands.web;

import dev.manyhands.dispatch.JobService;
import dev.manyhands.dispatch.KeyClaim;
import dev.manyhands.job.Job;
import dev.manyhands.job.JobId;
import dev.manyhands.job.Selected;
import dev.manyhands.json.Orders;
import dev.manyhands.store.Change;
import dev.manyhands.store.Keyed;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/// Runs some tasks of a job again, as a new job.
@RestController
final class RetryController {
  private final JobService jobs;
  private final Waiting waiting;
  private final Ends ends;

  RetryController(JobService jobs, Waiting waiting, Ends ends) {
    this.jobs = jobs;
    this.waiting = waiting;
    this.ends = ends;
  }

  /// The new job.
  ///
  /// @param first what its sender is told without a wait; none: how the job stands
  private record Made(Job job, byte @Nullable [] first) {}

  @PostMapping(path = "/v1/jobs/{id}/retry", produces = Json.TYPE)
  void retry(@PathVariable String id, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    byte[] body = SmallBody.read(request);
    Made made = retry(Parameters.jobId(id), Orders.retry(body), body, request, response);
    waiting.answer(
        request,
        response,
        new Awaited<>(
            atMost -> new Made(ends.await(made.job().id(), atMost), null),
            () -> made,
            told -> told.job().state().isTerminal(),
            RetryController::send,
            ends.areHere(made.job())));
  }

  private static void send(Made made, HttpServletResponse response) throws IOException {
    response.setHeader("Location", JobJson.path(made.job()));
    byte[] first = made.first();
    Json.send(response, 202, first == null ? summary(made.job()) : first);
  }

  private static byte[] summary(Job job) {
    return Json.object(json -> JobJson.summary(json, job));
  }

  private Made retry(
      JobId id,
      Selected selected,
      byte[] body,
      HttpServletRequest request,
      HttpServletResponse response) {
    Optional<KeyClaim> claimed = IdempotencyHeader.claim(jobs, request);
    if (claimed.isEmpty()) {
      return new Made(jobs.retry(id, selected, null), null);
    }
    byte[] fingerprint = SubmittedBody.fingerprint("retry " + id, body);
    try (KeyClaim claim = claimed.get()) {
      if (claim.known().isPresent()) {
        Keyed known = claim.known().get();
        IdempotencyHeader.requireSame(known, fingerprint, response);
        return new Made(jobs.job(known.job()), known.answer());
      }
      Job made = jobs.retry(id, selected, new Change.Once(claim.key(), fingerprint));
      byte[] first = summary(made);
      jobs.keep(claim.key(), made.id(), first);
      return new Made(made, first);
    }
  }
}
