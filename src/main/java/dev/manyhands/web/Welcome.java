package dev.manyhands.web;

import dev.manyhands.job.FunctionKind;
import dev.manyhands.security.AdminKey;
import java.net.Inet6Address;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/// The last words of the start: where the service listens, where the key is, and a first job to
/// paste.
@Component
final class Welcome {
  private static final Logger log = LoggerFactory.getLogger(Welcome.class);
  private static final String PYTHON =
      "{\"type\": \"python\", \"name\": \"square\", \"source\": \"def square(n): return n * n\"}";
  private static final String JAVA = "{\"type\": \"java\", \"name\": \"square\"}";

  private final AdminKey key;
  private final Kinds kinds;
  private final @Nullable InetAddress address;

  Welcome(AdminKey key, Kinds kinds, ServerProperties server) {
    this.key = key;
    this.kinds = kinds;
    this.address = server.getAddress();
  }

  /// Not before health says so too: who reads this line may start to send.
  @EventListener
  void ready(AvailabilityChangeEvent<ReadinessState> event) {
    if (event.getState() == ReadinessState.ACCEPTING_TRAFFIC
        && event.getSource() instanceof WebServerApplicationContext context
        && context.getWebServer() != null) {
      log.info("{}", text("http://" + host() + ":" + context.getWebServer().getPort()));
    }
  }

  private String host() {
    if (address == null || address.isAnyLocalAddress()) {
      return "127.0.0.1";
    }
    String host = address.getHostAddress();
    return address instanceof Inet6Address ? "[" + host + "]" : host;
  }

  String text(String url) {
    String listens = "Manyhands listens on " + url + "; its key is in " + key.file() + "\n";
    if (kinds.has(FunctionKind.PYTHON)) {
      return listens + firstJob(url, PYTHON);
    }
    return kinds.has(FunctionKind.JAVA) ? listens + firstJob(url, JAVA) : listens;
  }

  private String firstJob(String url, String function) {
    return """

    A first job, the squares of five numbers:

    curl -s '%1$s/v1/jobs?view=values' \\
      -H "Authorization: Bearer $(cat '%2$s')" \\
      -H 'Content-Type: application/json' -H 'Prefer: wait=30' \\
      -d '{"function": %3$s, "inputs": [1, 2, 3, 4, 5]}'
    """
        .formatted(url, key.file().toString().replace("'", "'\\''"), function);
  }
}
