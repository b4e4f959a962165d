package dev.manyhands.web;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Another node's answer to what this one asked of it for a request, and so this one's answer.
final class PassedProblem extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final @Nullable String retryAfter;
  private final byte[] body;

  /// @param body a problem document
  PassedProblem(int status, @Nullable String retryAfter, byte[] body) {
    super("another node answered " + status);
    this.status = status;
    this.retryAfter = retryAfter;
    this.body = body.clone();
  }

  /// Sends it in place of what was to be sent.
  void send(HttpServletResponse response) throws IOException {
    response.reset();
    response.setStatus(status);
    if (retryAfter != null) {
      response.setHeader("Retry-After", retryAfter);
    }
    response.setContentType(Problem.TYPE);
    response.getOutputStream().write(body);
  }
}
