package dev.manyhands.web;

import dev.manyhands.dispatch.JobService;
import jakarta.servlet.http.HttpServletRequest;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.springframework.boot.tomcat.TomcatWebServer;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/// The bodies that arrive, and their end when the service stops: who sends inputs for hours would
/// hold it up. To the request it is as if the sender had broken off, but that it can answer.
@Component
final class Uploads implements SmartLifecycle {
  private final WebServerApplicationContext context;
  private final JobService jobs;
  private volatile boolean stopping;

  Uploads(WebServerApplicationContext context, JobService jobs) {
    this.context = context;
    this.jobs = jobs;
  }

  /// The body of a request, which ends with an exception when the service stops.
  InputStream body(HttpServletRequest request) throws IOException {
    return new Body(request.getInputStream());
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
    if (context.getWebServer() instanceof TomcatWebServer server
        && server.getTomcat().getConnector().getProtocolHandler() instanceof EndableProtocol http) {
      http.endInput();
    }
    jobs.releaseSenders();
  }

  @Override
  public boolean isRunning() {
    return !stopping;
  }

  /// Stopped before everything else.
  @Override
  public int getPhase() {
    return Integer.MAX_VALUE;
  }
}
