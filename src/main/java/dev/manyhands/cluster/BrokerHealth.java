package dev.manyhands.cluster;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.amqp.rabbit.listener.ListenerContainerConsumerFailedEvent;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.event.EventListener;
import org.springframework.core.NestedExceptionUtils;

/// Whether the broker answers, which is whether this node hears itself: who asks waits for no
/// broker. Said in the log when it goes and when it is back, since Spring's listeners, who would
/// say it with a stack trace at each try, are silent.
///
/// Only the heart's thread touches `silentBeats`.
final class BrokerHealth implements HealthIndicator, Events.Hearer {
  private static final Logger log = LoggerFactory.getLogger(BrokerHealth.class);

  /// At the first heartbeat of all a node cannot have heard itself.
  private static final int BEATS_TO_SAY_SO = 2;

  private final HeardNodes nodes;
  private final Duration patience;
  private final long startNanos;
  private volatile @Nullable String why;
  private int silentBeats;

  /// @param patience after which a node that does not hear itself is cut off
  /// @param startNanos since when it could
  BrokerHealth(HeardNodes nodes, Duration patience, long startNanos) {
    this.nodes = nodes;
    this.patience = patience;
    this.startNanos = startNanos;
  }

  /// Somebody who listens to a queue cannot.
  @EventListener
  void failed(ListenerContainerConsumerFailedEvent event) {
    if (event.getThrowable() != null) {
      why = String.valueOf(NestedExceptionUtils.getMostSpecificCause(event.getThrowable()));
    }
    if (event.isFatal()) {
      log.error(
          "This node does not listen to {} any more; start it again",
          event.getSource(),
          event.getThrowable());
    }
  }

  @Override
  public void tick(boolean isAway, long nowNanos) {
    if (isAway) {
      silentBeats++;
      if (silentBeats == BEATS_TO_SAY_SO) {
        log.warn("The message broker does not answer; tried again each second: {}", reason());
      }
    } else {
      if (silentBeats >= BEATS_TO_SAY_SO) {
        log.info("The message broker answers again");
      }
      silentBeats = 0;
      why = null;
    }
  }

  @Override
  public Health health() {
    long now = System.nanoTime();
    if (nodes.hearsItself(patience, now)) {
      return Health.up().build();
    }
    return now - startNanos > patience.toNanos()
        ? Health.down().withDetail("error", reason()).build()
        : Health.unknown().build();
  }

  private String reason() {
    String last = why;
    return last == null ? "nothing comes from it" : last;
  }
}
