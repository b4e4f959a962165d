package dev.manyhands.cluster;

import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.amqp.AmqpException;

/// What this node needs at the broker: queues, the exchange, and what binds them. It is made
/// whenever this node connects, and again while this node does not hear itself: somebody may have
/// deleted what its connection has outlived.
final class Topology implements Events.Hearer {
  private static final Logger log = LoggerFactory.getLogger(Topology.class);

  private final Runnable make;
  private final AtomicBoolean making = new AtomicBoolean();

  /// @param make makes all of it that is not there; waits for the broker
  Topology(Runnable make) {
    this.make = make;
  }

  @Override
  public void tick(boolean isAway, long nowNanos) {
    if (isAway && making.compareAndSet(false, true)) {
      Thread.ofVirtual().name("topology").start(this::make);
    }
  }

  private void make() {
    try {
      make.run();
    } catch (AmqpException e) {
      log.debug("what the broker has to have is made at the next heartbeat: {}", e.toString());
    } finally {
      making.set(false);
    }
  }
}
