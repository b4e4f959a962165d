package dev.manyhands.web;

import java.time.Duration;
import java.util.stream.Stream;
import org.apache.catalina.Container;
import org.apache.catalina.core.StandardContext;
import org.apache.catalina.core.StandardWrapper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.tomcat.TomcatWebServer;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/// Holds the server's end up until the last answers are sent. Spring Boot waits for requests only
/// while a servlet has them: an answer that is sent behind it would be dropped, with its
/// connection.
@Component
final class LastAnswers implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(LastAnswers.class);

  /// Nothing is left to be done but to send: this is for a machine that is slow, and for who does
  /// not take what is sent.
  private static final Duration AT_MOST = Duration.ofSeconds(10);

  private final WebServerApplicationContext context;
  private volatile boolean started;

  LastAnswers(WebServerApplicationContext context) {
    this.context = context;
  }

  @Override
  public void start() {
    started = true;
  }

  @Override
  public void stop() {
    started = false;
    if (context.getWebServer() instanceof TomcatWebServer server
        && Stream.of(server.getTomcat().getEngine().findChildren())
            .flatMap(host -> Stream.of(host.findChildren()))
            .noneMatch(LastAnswers::isAtWork)) {
      EndableProtocol.of(context).ifPresent(LastAnswers::await);
    }
  }

  /// Whoever is still with a servlet has had its time.
  private static boolean isAtWork(Container context) {
    return context instanceof StandardContext servlets && servlets.getInProgressAsyncCount() > 0
        || Stream.of(context.findChildren())
            .anyMatch(
                servlet -> servlet instanceof StandardWrapper one && one.getCountAllocated() > 0);
  }

  private static void await(EndableProtocol http) {
    try {
      if (!http.awaitAnswered(AT_MOST)) {
        log.warn(
            "the service stops though not every answer was sent within {} s", AT_MOST.toSeconds());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public boolean isRunning() {
    return started;
  }

  /// Stopped right before the server itself.
  @Override
  public int getPhase() {
    return WebServerApplicationContext.START_STOP_LIFECYCLE_PHASE + 1;
  }
}
