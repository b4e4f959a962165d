package dev.manyhands.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.manyhands.job.Refusal;
import dev.manyhands.job.Refusal.Mistake;
import dev.manyhands.job.Refused;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;

/// What went wrong with a request, as a problem document (RFC 9457).
///
/// @param code the last part of `type`; stable, for programs
/// @param mistakes the places, where there are any
/// @param retryAfterSeconds for `Retry-After`; 0: no such header
record Problem(
    int status,
    String code,
    String title,
    String detail,
    List<Mistake> mistakes,
    int retryAfterSeconds) {

  static final String TYPE = "application/problem+json";

  static Problem of(int status, String code, String title, String detail) {
    return new Problem(status, code, title, detail, List.of(), 0);
  }

  /// What whoever followed a job sees last if somebody removed it meanwhile.
  static Problem removed() {
    return of(404, "not-found", "Not Found", "the job was removed while it was followed");
  }

  /// The head of an answer is sent before its job is looked up again, and a job can be removed
  /// between the two.
  ///
  /// @throws Refused if it was refused for another reason
  static void needRemoved(Refused refused) {
    if (!(refused.refusal() instanceof Refusal.NotFound)) {
      throw refused;
    }
  }

  Problem at(List<Mistake> places) {
    return new Problem(status, code, title, detail, List.copyOf(places), retryAfterSeconds);
  }

  Problem saying(String other) {
    return new Problem(status, code, title, other, mistakes, retryAfterSeconds);
  }

  Problem retryAfter(int seconds) {
    return new Problem(status, code, title, detail, mistakes, seconds);
  }

  void send(HttpServletResponse response) throws IOException {
    byte[] body = json();
    response.setStatus(status);
    if (retryAfterSeconds > 0) {
      response.setHeader("Retry-After", String.valueOf(retryAfterSeconds));
    }
    response.setContentType(TYPE);
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
  }

  String text() {
    return new String(json(), UTF_8);
  }

  byte[] json() {
    return Json.object(json -> {
      json.writeStringProperty("type", "/problems/" + code);
      json.writeStringProperty("title", title);
      json.writeNumberProperty("status", status);
      json.writeStringProperty("detail", detail);
      if (!mistakes.isEmpty()) {
        json.writeArrayPropertyStart("errors");
        for (Mistake mistake : mistakes) {
          json.writeStartObject();
          json.writeStringProperty("pointer", mistake.pointer());
          json.writeStringProperty("detail", mistake.detail());
          json.writeEndObject();
        }
        json.writeEndArray();
      }
    });
  }
}
