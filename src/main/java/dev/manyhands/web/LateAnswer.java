package dev.manyhands.web;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;

/// The answer of a request that does not wait for it: when the request is over, its connection goes
/// to an [OpenAnswer], whose thread waits and then sends the whole answer, head and all.
///
/// ```
/// controller: sets it as an attribute of the request ... filters add their headers
/// valve:      takes the headers along, has the server send none, and lets the request go
/// its thread: waits ... head, body, close
/// ```
final class LateAnswer<T> implements OpenAnswer.Body {
  private static final String NAME = LateAnswer.class.getName();

  private final Awaited<T> awaited;
  private final Duration atMost;
  private final OpenAnswer.Register register;
  private final Map<String, String> headers = new HashMap<>();
  private boolean mayChunk;

  LateAnswer(Awaited<T> awaited, Duration atMost, OpenAnswer.Register register) {
    this.awaited = awaited;
    this.atMost = atMost;
    this.register = register;
  }

  /// The request is to be left when it is over; nothing may be written to its response.
  void leave(HttpServletRequest request) {
    request.setAttribute(NAME, this);
  }

  @Override
  public void writeTo(OutputStream wire) throws IOException {
    LateResponse response = new LateResponse(wire, mayChunk, headers);
    try {
      T found = awaited.await().apply(atMost);
      OpenAnswer.stopIfCut();
      response.setHeader(Prefer.APPLIED, Prefer.applied(atMost));
      awaited.answer().send(found, response);
    } catch (RuntimeException e) {
      if (response.isCommitted()) {
        throw e;
      }
      response.reset();
      ProblemAdvice.problem(e).send(response);
    }
    response.finish();
  }

  private void take(Request request, Response response) throws IOException {
    for (String name : response.getHeaderNames()) {
      headers.put(name, response.getHeader(name));
    }
    mayChunk = !request.getProtocol().equals("HTTP/1.0");
    OpenAnswer.leave(request, register, this);
    // Or the server would send the head of an upgrade.
    response.getCoyoteResponse().setCommitted(true);
  }

  /// Where requests leave, behind everything that adds to their answers.
  static final class Exit extends ValveBase {
    Exit() {
      super(true);
    }

    @Override
    public void invoke(Request request, Response response) throws IOException, ServletException {
      getNext().invoke(request, response);
      if (request.getAttribute(NAME) instanceof LateAnswer<?> late
          && !response.isCommitted()
          && !response.isError()) {
        late.take(request, response);
      }
    }
  }
}
