package dev.manyhands.web;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// Answers what failed outside of every controller, in the server itself, with a problem document
/// too.
@RestController
final class ErrorPage implements ErrorController {
  /// The attribute of a request with the problem to answer, where it is known better than by the
  /// server's status.
  static final String INSTEAD = ErrorPage.class.getName();

  @RequestMapping("${spring.web.error.path:/error}")
  void error(HttpServletRequest request, HttpServletResponse response) throws IOException {
    Object status = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
    Object path = request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI);
    Problem problem =
        request.getAttribute(INSTEAD) instanceof Problem known
            ? known
            : HttpProblem.of(
                status instanceof Integer code ? code : 404,
                method(request),
                path instanceof String uri ? uri : request.getRequestURI(),
                null);
    problem.send(response);
    // As for every answer that a stop of the service hastens: it is gone before the server may be.
    response.flushBuffer();
  }

  /// The server asks for this page with `GET`.
  private static String method(HttpServletRequest request) {
    return request.getAttribute(RequestDispatcher.ERROR_METHOD) instanceof String asked
        ? asked
        : request.getMethod();
  }
}
