package dev.manyhands.web;

import dev.manyhands.job.Refusal;
import dev.manyhands.job.Refused;
import dev.manyhands.store.LeaseSettings;
import dev.manyhands.store.Nodes;
import dev.manyhands.store.Owner;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Enumeration;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ConnectionRequestTimeoutException;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.jspecify.annotations.Nullable;

/// Passes a request on to another node, and its answer back, byte for byte and as they come.
///
/// ```
/// client --request--> this node --the same, PASSED_ON--> owner
/// client <--answer--- this node <--------answer--------- owner
/// ```
///
/// The address is of the nodes' own table, never of the request. Both bodies flow through one
/// buffer, so a slow reader holds up the other side and not this node's memory. The caller's key
/// goes with it: the owner checks it again. An answer that stays open leaves its request as it does
/// at the owner, and is cut off here when it is there. A request ends at once when the lease of the
/// node that has it runs out, whatever holds that node up.
final class Relay implements AutoCloseable {
  /// The header of a request that was passed on: the node that did so.
  static final String PASSED_ON = "Manyhands-Passed-On";

  /// Of an open answer; the owner sets it.
  private static final String UNBUFFERED = "X-Accel-Buffering";

  private static final int BUFFER_BYTES = 16 * 1024;
  private static final int MOST_RETRY_SECONDS = 60;
  private static final int MOST_PROBLEM_BYTES = 64 * 1024;

  /// Of one connection each, or said anew by whoever passes a message on; and what a browser says
  /// of where it comes from, which was looked at here.
  private static final Set<String> KEPT_BACK =
      Set.of(
          "connection",
          "keep-alive",
          "proxy-connection",
          "proxy-authorization",
          "proxy-authenticate",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade",
          "content-length",
          "host",
          "expect",
          "origin",
          "date",
          "manyhands-passed-on");

  private final CloseableHttpClient client;
  private final Nodes nodes;
  private final Readers readers;
  private final Uploads uploads;
  private final EarlyAnswers early;
  private final OnTheWay onTheWay;

  Relay(
      CloseableHttpClient client,
      EarlyAnswers early,
      Nodes nodes,
      Readers readers,
      Uploads uploads,
      LeaseSettings lease,
      MeterRegistry registry) {
    this.client = client;
    this.nodes = nodes;
    this.readers = readers;
    this.uploads = uploads;
    this.early = early;
    this.onTheWay = new OnTheWay(nodes, lease.lease().dividedBy(3));
    Gauge.builder("manyhands.forwards", onTheWay, OnTheWay::size)
        .description("Requests that were passed on to other nodes and are not at their end")
        .register(registry);
  }

  /// Answers the request with the answer of the owner.
  ///
  /// @param what it has
  ///
  /// @throws Refused if there is none
  /// @throws IOException if the client broke off, or the answer did when it had begun
  void pass(String what, Owner owner, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    PassedBody body = PassedBody.of(uploads, request);
    boolean repeatable = body == null && isSafe(request.getMethod());
    for (int attempt = 1; ; attempt++) {
      HttpUriRequestBase message = message(owner, request, body);
      OnTheWay.Sent sent = onTheWay.enter(owner.node(), message);
      ClassicHttpResponse answer = null;
      try (EarlyAnswers.Watch _ = early.watch(body)) {
        answer = client.executeOpen(HttpHost.create(message.getUri()), message, null);
      } catch (IOException | java.net.URISyntaxException e) {
        // A kept connection may have been closed by the other side since.
        if (!repeatable || attempt > 1 || sent.isOver() || isUnreachable(e)) {
          throw failed(what, owner, request, body, e);
        }
      } finally {
        if (answer == null) {
          message.abort();
          onTheWay.leave(sent);
        }
      }
      if (answer != null) {
        if (body != null && body.isEnded()) {
          giveBackInstead(answer, message, sent, request, response);
          return;
        }
        // What was answered in the middle of its body leaves a connection that nobody can use.
        boolean clean = body == null || body.isWhole();
        giveBack(answer, clean, message, sent, request, response);
        return;
      }
    }
  }

  private HttpUriRequestBase message(
      Owner owner, HttpServletRequest request, @Nullable PassedBody body) {
    URI node = URI.create(Objects.requireNonNull(owner.url()));
    HttpUriRequestBase message = new HttpUriRequestBase(request.getMethod(), node);
    String query = request.getQueryString();
    message.setPath(
        query == null ? request.getRequestURI() : request.getRequestURI() + "?" + query);
    for (Enumeration<String> names = request.getHeaderNames(); names.hasMoreElements(); ) {
      String name = names.nextElement();
      String lower = name.toLowerCase(Locale.ROOT);
      if (!KEPT_BACK.contains(lower) && !lower.startsWith("sec-fetch-")) {
        for (Enumeration<String> all = request.getHeaders(name); all.hasMoreElements(); ) {
          message.addHeader(name, all.nextElement());
        }
      }
    }
    message.setHeader(PASSED_ON, nodes.self());
    message.setEntity(body);
    if (body != null) {
      body.cutBy(message::abort);
    }
    return message;
  }

  /// The server takes the end of a body for a mistake of the client, and would say so.
  private void giveBackInstead(
      ClassicHttpResponse answer,
      HttpUriRequestBase message,
      OnTheWay.Sent sent,
      HttpServletRequest request,
      HttpServletResponse response)
      throws IOException {
    try {
      HttpEntity entity = answer.getEntity();
      Header retry = answer.getFirstHeader("Retry-After");
      PassedProblem problem =
          new PassedProblem(
              answer.getCode(),
              retry == null ? null : retry.getValue(),
              entity == null ? new byte[0] : EntityUtils.toByteArray(entity, MOST_PROBLEM_BYTES));
      ErrorPage.sendInstead(problem::send, request, response);
    } finally {
      onTheWay.leave(sent);
      message.abort();
    }
  }

  private void giveBack(
      ClassicHttpResponse answer,
      boolean clean,
      HttpUriRequestBase message,
      OnTheWay.Sent sent,
      HttpServletRequest request,
      HttpServletResponse response)
      throws IOException {
    boolean open = false;
    boolean whole = false;
    try {
      response.setStatus(answer.getCode());
      for (Header header : answer.getHeaders()) {
        String lower = header.getName().toLowerCase(Locale.ROOT);
        if (lower.equals("content-length")) {
          response.setContentLengthLong(Long.parseLong(header.getValue()));
        } else if (!KEPT_BACK.contains(lower)) {
          response.setHeader(header.getName(), header.getValue());
        }
      }
      HttpEntity entity = answer.getEntity();
      if (entity == null) {
        whole = true;
        return;
      }
      InputStream from = entity.getContent();
      if (answer.containsHeader(UNBUFFERED)) {
        OpenAnswer.begin(
            request,
            response,
            Objects.requireNonNullElse(entity.getContentType(), Json.TYPE),
            readers,
            out -> {
              try {
                copy(from, out);
              } finally {
                message.abort();
                onTheWay.leave(sent);
              }
            });
        open = true;
        return;
      }
      copy(from, response.getOutputStream());
      whole = true;
    } finally {
      if (!open) {
        onTheWay.leave(sent);
        if (whole && clean) {
          answer.close();
        } else {
          // To close it would be to read it to its end.
          message.abort();
        }
      }
    }
  }

  /// What has come is sent on before more is awaited.
  private static void copy(InputStream from, OutputStream to) throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    for (int read = from.read(buffer); read >= 0; read = from.read(buffer)) {
      to.write(buffer, 0, read);
      if (from.available() == 0) {
        to.flush();
      }
    }
  }

  private static boolean isSafe(String method) {
    return method.equals("GET") || method.equals("HEAD");
  }

  /// Nothing of the request was sent.
  static boolean isUnreachable(Exception e) {
    return e instanceof ConnectException
        || e instanceof ConnectTimeoutException
        || e instanceof ConnectionRequestTimeoutException
        || e instanceof NoRouteToHostException
        || e instanceof UnknownHostException;
  }

  private static IOException failed(
      String what,
      Owner owner,
      HttpServletRequest request,
      @Nullable PassedBody body,
      Exception cause)
      throws IOException {
    if (body != null && body.brokenOff() != null) {
      return body.brokenOff();
    }
    int retry = retrySeconds(owner);
    if (cause instanceof ConnectionRequestTimeoutException) {
      throw new Refused(
          new Refusal.Busy(
              "expected fewer requests that are passed on to other nodes at once", retry));
    }
    boolean unknown = !isUnreachable(cause) && !isRepeatable(request);
    String said =
        unknown
            ? "the node that has %s broke off: what was asked for may have been done or not"
            : "the node that has %s does not answer; if it is gone, another one has it soon";
    throw new Refused(new Refusal.Away(said.formatted(what), unknown, retry));
  }

  /// When another node has its jobs at the latest, if it is gone.
  static int retrySeconds(Owner owner) {
    return Math.clamp(owner.leaseLeft().toSeconds() + 1, 1, MOST_RETRY_SECONDS);
  }

  /// Whether to do it twice is to do it once.
  private static boolean isRepeatable(HttpServletRequest request) {
    String path = request.getRequestURI();
    return !request.getMethod().equals("POST")
        || request.getHeader("Idempotency-Key") != null
        || !(path.endsWith("/inputs") || path.endsWith("/retry") || path.endsWith("/jobs"));
  }

  @Override
  public void close() {
    onTheWay.close();
  }
}
