package dev.manyhands.job;

import java.util.List;

/// Every reason to turn a request down. The web maps each to a status and a problem type, in one
/// place.
public sealed interface Refusal {
  /// What was expected and what came, for people.
  String detail();

  /// One mistake and its place.
  ///
  /// @param pointer RFC 6901; empty for the whole document
  record Mistake(String pointer, String detail) {}

  /// The body is no JSON (400): where it stops being that.
  record Malformed(String detail, List<Mistake> mistakes) implements Refusal {}

  /// JSON, but not a valid job (422).
  record InvalidBody(String detail, List<Mistake> mistakes) implements Refusal {}

  /// A query parameter, path or header that is not of the expected form (400).
  record InvalidParameter(String name, String detail) implements Refusal {}

  /// Something wrong in the middle of what was sent; what came before it counts.
  ///
  /// @param taken what that was, for people
  record Partly(Refusal why, String taken) implements Refusal {
    @Override
    public String detail() {
      return why.detail() + "; " + taken;
    }
  }

  /// No such job, task, pool or function behind this address (404).
  record NotFound(String what, String detail) implements Refusal {}

  /// Not now, because of the state that the job is in (409).
  record Conflict(String code, String detail) implements Refusal {}

  /// More than a published limit (413).
  ///
  /// @param limit its name in `GET /v1/info`
  /// @param pointer RFC 6901; empty for the whole document
  record TooLarge(String limit, String pointer, String detail) implements Refusal {}

  /// The function's kind cannot run here (422).
  record Unavailable(String detail) implements Refusal {}

  /// No room for more unfinished jobs, or the service is stopping (503).
  ///
  /// @param retryAfterSeconds for `Retry-After`
  record Busy(String detail, int retryAfterSeconds) implements Refusal {}

  /// The node that has the job cannot be asked now (503), or broke off when it may have done what
  /// it was asked for (502).
  ///
  /// @param unknown whether it may have been done
  /// @param retryAfterSeconds for `Retry-After`: until another node has the job, at the latest
  record Away(String detail, boolean unknown, int retryAfterSeconds) implements Refusal {}

  /// The disk is full (507).
  record StoreIsFull(String detail, int retryAfterSeconds) implements Refusal {}
}
