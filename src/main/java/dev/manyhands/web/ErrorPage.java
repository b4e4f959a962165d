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
  /// The attribute of a request with the answer, where it is known better than by the server's
  /// status.
  private static final String INSTEAD = ErrorPage.class.getName();

  /// An answer that is known.
  interface Instead {
    void send(HttpServletResponse response) throws IOException;
  }

  /// The answer to a request that the server is about to turn down, in its own words otherwise.
  static void answerWith(Instead answer, HttpServletRequest request) {
    request.setAttribute(INSTEAD, answer);
  }

  /// Answers a request whose body was ended: the server takes that for a mistake of the client, and
  /// may be about to say so.
  static void sendInstead(Instead answer, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    if (response.isCommitted()) {
      answerWith(answer, request);
    } else {
      answer.send(response);
      // The server may stop as soon as no request is in work, and drops what it has not sent yet.
      response.flushBuffer();
    }
  }

  @RequestMapping("${spring.web.error.path:/error}")
  void error(HttpServletRequest request, HttpServletResponse response) throws IOException {
    Object status = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
    Object path = request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI);
    if (request.getAttribute(INSTEAD) instanceof Instead known) {
      known.send(response);
    } else {
      HttpProblem.of(
              status instanceof Integer code ? code : 404,
              method(request),
              path instanceof String uri ? uri : request.getRequestURI(),
              null)
          .send(response);
    }
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
