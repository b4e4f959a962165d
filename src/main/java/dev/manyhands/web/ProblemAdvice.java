package dev.manyhands.web;

import dev.manyhands.job.Refusal;
import dev.manyhands.job.Refused;
import dev.manyhands.store.StoreUnknown;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.apache.coyote.BadRequestException;
import org.apache.tomcat.util.http.InvalidParameterException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.web.ErrorResponse;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/// Answers every exception of a request with a problem document: refusals, what the framework turns
/// down, and our own bugs, of which a client sees no more than that there was one.
///
/// An answer that has begun cannot become another: then the connection breaks, and the client sees
/// that it is not whole.
@RestControllerAdvice
@Order(Ordered.HIGHEST_PRECEDENCE)
final class ProblemAdvice {
  private static final Logger log = LoggerFactory.getLogger(ProblemAdvice.class);

  private static final Refusal STORE_AWAY = new Refusal.Busy("the store does not answer now", 5);

  private final Uploads uploads;

  ProblemAdvice(Uploads uploads) {
    this.uploads = uploads;
  }

  @ExceptionHandler
  void refused(Refused refused, HttpServletResponse response) throws IOException {
    if (response.isCommitted()) {
      throw refused;
    }
    response.reset();
    Refusals.problem(refused.refusal()).send(response);
  }

  /// Another node has turned it down.
  @ExceptionHandler
  void passed(PassedProblem problem, HttpServletResponse response) throws IOException {
    problem.send(response);
  }

  /// The server reads the query only when it is asked for it, and then throws.
  @ExceptionHandler
  void unreadable(InvalidParameterException query, HttpServletResponse response)
      throws IOException {
    refused(
        Refusals.parameter("query", "expected at most 1000 parameters as percent-encoded UTF-8"),
        response);
  }

  /// The problem of an answer that its request does not wait for.
  static Problem problem(RuntimeException failure) {
    return switch (failure) {
      case Refused refused -> Refusals.problem(refused.refusal());
      case StoreUnknown _ -> unknown(failure);
      case CannotGetJdbcConnectionException _,
          DataAccessResourceFailureException _,
          QueryTimeoutException _ ->
          Refusals.problem(STORE_AWAY);
      default -> unknown(failure);
    };
  }

  /// The store's server does not answer: what is asked for is there, and can be had later.
  @ExceptionHandler
  void unreachable(CannotGetJdbcConnectionException fault, HttpServletResponse response)
      throws IOException {
    refused(new Refused(STORE_AWAY), response);
  }

  /// The same when it went away in the middle of an answer; but of a commit of which nobody knows
  /// whether it took place nothing better can be said than that.
  @ExceptionHandler({DataAccessResourceFailureException.class, QueryTimeoutException.class})
  void brokenOff(
      DataAccessException fault, HttpServletRequest request, HttpServletResponse response)
      throws Exception {
    if (fault instanceof StoreUnknown) {
      failed(fault, request, response);
    } else {
      log.warn("the store broke off; the client was told to ask again: {}", fault.toString());
      refused(new Refused(STORE_AWAY), response);
    }
  }

  /// The client is gone, or sends no more and may still listen; or the body was ended here: the
  /// service stops, or the job takes no more.
  @ExceptionHandler
  void brokenOff(IOException broken, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    if (!uploads.isStopping() && !(broken instanceof UploadEnded)) {
      if (broken instanceof BadRequestException body) {
        ErrorPage.answerWith(BodyBroken.problem(body)::send, request);
      }
      throw broken;
    }
    UploadEnded ended = broken instanceof UploadEnded known ? known : new UploadEnded();
    Problem problem = Refusals.problem(ended.refusal);
    ErrorPage.sendInstead(problem::send, request, response);
  }

  @ExceptionHandler
  void failed(Exception failure, HttpServletRequest request, HttpServletResponse response)
      throws Exception {
    if (response.isCommitted()) {
      throw failure;
    }
    Problem problem =
        failure instanceof ErrorResponse known ? known(known, request, response) : unknown(failure);
    problem.send(response);
  }

  private static Problem known(
      ErrorResponse known, HttpServletRequest request, HttpServletResponse response) {
    known.getHeaders().forEach((name, values) -> values.forEach(v -> response.addHeader(name, v)));
    int status = known.getStatusCode().value();
    return HttpProblem.of(status, request.getMethod(), request.getRequestURI(), known);
  }

  private static Problem unknown(Exception failure) {
    log.error("a request failed; the client was told of an internal error", failure);
    return HttpProblem.INTERNAL;
  }
}
