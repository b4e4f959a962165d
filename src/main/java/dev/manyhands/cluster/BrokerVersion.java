package dev.manyhands.cluster;

import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What the version of the broker means for long tasks, said once a start.
final class BrokerVersion {
  private static final Logger log = LoggerFactory.getLogger(BrokerVersion.class);
  private static final Pattern FORM = Pattern.compile("(\\d{1,4})\\.(\\d{1,4})(\\D.*)?");

  /// The first that heeds `x-consumer-timeout` of a queue.
  private static final int MAJOR = 3;

  private static final int MINOR = 12;

  private final AtomicBoolean said = new AtomicBoolean();

  /// @param properties as a broker tells them of itself
  void met(Map<String, Object> properties) {
    String version = String.valueOf(properties.get("version"));
    if (!heedsTimeoutOfQueues(version) && said.compareAndSet(false, true)) {
      log.warn(
          "RabbitMQ {} takes a chunk back that takes longer than its consumer_timeout (30 minutes, if"
              + " rabbitmq.conf says nothing), since it does not know x-consumer-timeout: set it"
              + " there, as the documentation of operations says.",
          version);
    }
  }

  /// An unknown form is taken for a later one.
  static boolean heedsTimeoutOfQueues(String version) {
    Matcher form = FORM.matcher(version);
    if (!form.matches()) {
      return true;
    }
    int major = Integer.parseInt(form.group(1));
    int minor = Integer.parseInt(form.group(2));
    return major > MAJOR || major == MAJOR && minor >= MINOR;
  }
}
