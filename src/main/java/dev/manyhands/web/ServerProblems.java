package dev.manyhands.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.Writer;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.apache.coyote.ActionCode;
import org.jspecify.annotations.Nullable;

/// Answers what Tomcat itself turns down, before any filter or controller: a request line, a path
/// or headers that it cannot read. A problem document instead of its page.
final class ServerProblems extends ErrorReportValve {
  private static final int FIRST_ERROR = 400;

  @Override
  protected void report(Request request, Response response, @Nullable Throwable failure) {
    if (response.getStatus() < FIRST_ERROR
        || response.getContentWritten() > 0
        || !response.setErrorReported()
        || !mayWrite(response)) {
      return;
    }
    Problem problem = problem(response.getStatus());
    try {
      response.setContentType(Problem.TYPE);
      response.setCharacterEncoding(UTF_8);
      Writer writer = response.getReporter();
      if (writer != null) {
        writer.write(problem.text());
        response.finishResponse();
      }
    } catch (IOException | IllegalStateException e) {
      // Who asked is gone, or got the head of another answer: nothing more can be said.
      container.getLogger().debug("an error could not be reported", e);
    }
  }

  private static Problem problem(int status) {
    if (status == HttpServletResponse.SC_BAD_REQUEST) {
      return Problem.of(
          status,
          "bad-request",
          "Bad Request",
          "expected a request line, a path and headers as HTTP/1.1 has them, without control"
              + " characters, the headers of at most 8 KB in all");
    }
    return HttpProblem.of(status, "this", "this address", null);
  }

  private static boolean mayWrite(Response response) {
    AtomicBoolean allowed = new AtomicBoolean();
    response.getCoyoteResponse().action(ActionCode.IS_IO_ALLOWED, allowed);
    return allowed.get();
  }
}
