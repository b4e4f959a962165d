package dev.manyhands.web;

import dev.manyhands.job.Refusal;
import dev.manyhands.job.Refusal.Mistake;
import dev.manyhands.job.Refused;
import java.util.List;

/// The one place where a refusal becomes a status and a problem type.
final class Refusals {
  private Refusals() {}

  static Problem problem(Refusal refusal) {
    String detail = refusal.detail();
    return switch (refusal) {
      case Refusal.Malformed malformed ->
          Problem.of(400, "malformed-json", "The body is no JSON", detail).at(malformed.mistakes());
      case Refusal.InvalidBody invalid ->
          Problem.of(422, "invalid-body", "The body breaks a rule", detail).at(invalid.mistakes());
      case Refusal.InvalidParameter parameter ->
          Problem.of(
              400, "invalid-parameter", "Invalid parameter", parameter.name() + ": " + detail);
      case Refusal.Partly partly -> problem(partly.why()).saying(detail);
      case Refusal.NotFound _ -> Problem.of(404, "not-found", "Not Found", detail);
      case Refusal.Conflict conflict ->
          Problem.of(409, conflict.code(), "Not in this state", detail);
      case Refusal.TooLarge large ->
          Problem.of(413, "too-large", "Over the limit " + large.limit(), detail)
              .at(List.of(new Mistake(large.pointer(), detail)));
      case Refusal.Unavailable _ ->
          Problem.of(422, "unavailable", "This kind of function cannot run here", detail);
      case Refusal.Busy busy ->
          Problem.of(503, "busy", "Not now", detail).retryAfter(busy.retryAfterSeconds());
      case Refusal.Away away when away.unknown() ->
          Problem.of(502, "owner-broke-off", "Nobody knows whether it was done", detail)
              .retryAfter(away.retryAfterSeconds());
      case Refusal.Away away ->
          Problem.of(503, "owner-away", "The node that has the job cannot be asked now", detail)
              .retryAfter(away.retryAfterSeconds());
      case Refusal.StoreIsFull full ->
          Problem.of(507, "store-full", "The disk is full", detail)
              .retryAfter(full.retryAfterSeconds());
    };
  }

  static Refused parameter(String name, String detail) {
    return new Refused(new Refusal.InvalidParameter(name, detail));
  }

  static Refused notFound(String what, String detail) {
    return new Refused(new Refusal.NotFound(what, detail));
  }

  static Refused conflict(String code, String detail) {
    return new Refused(new Refusal.Conflict(code, detail));
  }
}
