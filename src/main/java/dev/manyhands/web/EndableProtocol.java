package dev.manyhands.web;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.catalina.connector.Connector;
import org.apache.coyote.Adapter;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.tomcat.TomcatWebServer;
import org.springframework.boot.web.server.context.WebServerApplicationContext;

/// Tomcat's way to speak HTTP/1.1, whose connections can be told that nothing more is read from
/// them: a request that waits for more of its body sees its end, and can still answer. It knows of
/// each request until its answer is sent. Public, since Tomcat makes it by its name.
public final class EndableProtocol extends Http11NioProtocol {
  private static final Logger log = LoggerFactory.getLogger(EndableProtocol.class);

  private final Unanswered unanswered = new Unanswered();

  /// None while the server does not listen, as when the start fails: asked for its connector then,
  /// Tomcat makes another one, which listens on port 8080 of all addresses.
  static Optional<EndableProtocol> of(WebServerApplicationContext context) {
    return context.getWebServer() instanceof TomcatWebServer server
        ? Stream.of(server.getTomcat().getService().findConnectors())
            .map(Connector::getProtocolHandler)
            .filter(EndableProtocol.class::isInstance)
            .map(EndableProtocol.class::cast)
            .findFirst()
        : Optional.empty();
  }

  @Override
  public void setAdapter(Adapter adapter) {
    super.setAdapter(unanswered.countedBefore(adapter));
  }

  /// Waits until every request that is in work is answered, but for those that left.
  ///
  /// @return whether none was left after this time
  boolean awaitAnswered(Duration atMost) throws InterruptedException {
    return unanswered.awaitNone(atMost);
  }

  /// What has arrived already can still be read.
  void endInput() {
    getEndpoint().getConnections().forEach(EndableProtocol::endInput);
  }

  /// The same of one connection.
  ///
  /// @param id as its requests know it
  void endInput(String id) {
    for (SocketWrapperBase<NioChannel> connection : getEndpoint().getConnections()) {
      if (connection.getServletConnection("http/1.1", "").getConnectionId().equals(id)) {
        endInput(connection);
      }
    }
  }

  private static void endInput(SocketWrapperBase<NioChannel> connection) {
    try {
      connection.getSocket().getIOChannel().shutdownInput();
    } catch (IOException | RuntimeException e) {
      log.debug("{} is closed already", connection, e);
    }
  }
}
