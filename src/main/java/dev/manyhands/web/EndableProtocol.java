package dev.manyhands.web;

import java.io.IOException;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tomcat's way to speak HTTP/1.1, whose connections can be told that nothing more is read from
/// them: a request that waits for more of its body sees its end, and can still answer. Public,
/// since Tomcat makes it by its name.
public final class EndableProtocol extends Http11NioProtocol {
  private static final Logger log = LoggerFactory.getLogger(EndableProtocol.class);

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
