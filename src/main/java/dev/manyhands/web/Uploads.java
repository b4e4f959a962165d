package dev.manyhands.web;

import dev.manyhands.dispatch.JobService;
import jakarta.servlet.http.HttpServletRequest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/// The bodies that arrive, and their end when the service stops: who sends inputs for hours would
/// hold it up. To the request it is as if the sender had broken off, but that it can answer.
@Component
final class Uploads implements SmartLifecycle {
  private static final String FIRST = Uploads.class.getName();
  private static final int BUFFER_BYTES = 16 * 1024;

  /// More than the job's own line may have.
  private static final int MOST_FIRST_BYTES = 16 << 20;

  private final WebServerApplicationContext context;
  private final JobService jobs;
  private volatile boolean stopping;

  Uploads(WebServerApplicationContext context, JobService jobs) {
    this.context = context;
    this.jobs = jobs;
  }

  /// The body of a request, which ends with an exception when the service stops.
  InputStream body(HttpServletRequest request) throws IOException {
    Body body = new Body(request.getInputStream());
    return request.getAttribute(FIRST) instanceof byte[] first
        ? new SequenceInputStream(new ByteArrayInputStream(first), body)
        : body;
  }

  /// Reads a body up to the end of its first line, or of as much as a first line may be; who reads
  /// the body afterwards gets all of it.
  byte[] readFirstLine(HttpServletRequest request) throws IOException {
    InputStream body = body(request);
    ByteArrayOutputStream first = new ByteArrayOutputStream();
    byte[] buffer = new byte[BUFFER_BYTES];
    boolean ended = false;
    while (!ended && first.size() < MOST_FIRST_BYTES) {
      int read = body.read(buffer);
      ended = read < 0;
      for (int i = 0; i < read; i++) {
        ended |= buffer[i] == '\n';
      }
      first.write(buffer, 0, Math.max(0, read));
    }
    request.setAttribute(FIRST, first.toByteArray());
    return first.toByteArray();
  }

  /// The end of the request's body, which somebody else may bring about while it is read.
  BodyEnd end(HttpServletRequest request) {
    String connection = request.getServletConnection().getConnectionId();
    return new BodyEnd(
        () -> EndableProtocol.of(context).ifPresent(http -> http.endInput(connection)));
  }

  boolean isStopping() {
    return stopping;
  }

  private final class Body extends FilterInputStream {
    Body(InputStream in) {
      super(in);
    }

    /// Who sends without a pause is never seen to have ended.
    private void throwIfStopping() throws IOException {
      if (stopping) {
        throw new UploadEnded();
      }
    }

    @Override
    public int read() throws IOException {
      throwIfStopping();
      return in.read();
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      throwIfStopping();
      return in.read(buffer, offset, length);
    }
  }

  @Override
  public void start() {
    stopping = false;
  }

  @Override
  public void stop() {
    stopping = true;
    EndableProtocol.of(context).ifPresent(EndableProtocol::endInput);
    jobs.releaseSenders();
  }

  @Override
  public boolean isRunning() {
    return !stopping;
  }

  /// Stopped right after those who wait have their answers: the end of input would count as theirs.
  @Override
  public int getPhase() {
    return Integer.MAX_VALUE - 1;
  }
}
