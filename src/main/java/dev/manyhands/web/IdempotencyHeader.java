package dev.manyhands.web;

import dev.manyhands.dispatch.JobService;
import dev.manyhands.dispatch.KeyClaim;
import dev.manyhands.job.Refusal;
import dev.manyhands.job.Refusal.Mistake;
import dev.manyhands.job.Refused;
import dev.manyhands.store.Keyed;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The header `Idempotency-Key`: a submission that is sent again under its key makes no second job.
final class IdempotencyHeader {
  private static final String NAME = "Idempotency-Key";

  private IdempotencyHeader() {}

  /// Refuses a key where nothing could be answered again.
  static void refuse(HttpServletRequest request, String why) {
    if (request.getHeader(NAME) != null) {
      throw Refusals.parameter(NAME, why);
    }
  }

  /// The request's hold on its key, if it names one.
  static Optional<KeyClaim> claim(JobService jobs, HttpServletRequest request) {
    if (request.getHeader(NAME) == null) {
      return Optional.empty();
    }
    List<String> texts = Collections.list(request.getHeaders(NAME));
    if (texts.size() > 1) {
      throw Refusals.parameter(NAME, "expected one, got " + texts.size());
    }
    try {
      return Optional.of(jobs.claim(texts.getFirst().strip()));
    } catch (IllegalArgumentException e) {
      throw Refusals.parameter(NAME, String.valueOf(e.getMessage()));
    }
  }

  /// Sees to it that an earlier request with the key sent the same, and says that it is answered
  /// again.
  static void requireSame(Keyed known, SubmittedBody body, HttpServletResponse response)
      throws IOException {
    if (known.fingerprint() == null) {
      throw Refusals.conflict(
          "idempotency-key-unfinished",
          "the first request with this Idempotency-Key broke off; its open job goes on: "
              + "/v1/jobs/"
              + known.job());
    }
    body.stream().transferTo(OutputStream.nullOutputStream());
    requireSame(known, body.fingerprint(), response);
  }

  /// The same of a body that was read.
  static void requireSame(
      Keyed known, byte @Nullable [] fingerprint, HttpServletResponse response) {
    if (fingerprint == null || !known.isOf(fingerprint)) {
      String detail = "expected the body of the first request with this Idempotency-Key";
      throw new Refused(new Refusal.InvalidBody(detail, List.of(new Mistake("", detail))));
    }
    response.setHeader("Idempotent-Replayed", "true");
  }
}
