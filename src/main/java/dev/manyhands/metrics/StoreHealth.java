package dev.manyhands.metrics;

import dev.manyhands.store.Durability;
import dev.manyhands.store.JobStore;
import dev.manyhands.store.Nodes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.stereotype.Component;

/// Whether the store keeps what it says: `DEGRADED` if its database is set up so that a crash may
/// lose what was acknowledged, `DOWN` while this node has not reached it for a lease. It is not
/// asked: who asks for health waits for no database. Why is told to whoever has the key, and in the
/// log.
@Component("storeHealthIndicator")
final class StoreHealth implements HealthIndicator {
  private static final Logger LOG = LoggerFactory.getLogger(StoreHealth.class);

  private final Nodes nodes;
  private final Durability durability;

  StoreHealth(JobStore store, Nodes nodes) {
    this.nodes = nodes;
    durability = store.durability();
    if (!durability.isSynced()) {
      LOG.warn("Not durable: {}", durability.weakness());
    }
  }

  @Override
  public Health health() {
    if (!nodes.lease().held()) {
      return Health.down()
          .withDetail("lease", "the database was not reached in time: this node has no jobs now")
          .build();
    }
    String weakness = durability.weakness();
    return weakness == null
        ? Health.up().build()
        : Health.status(new Status("DEGRADED")).withDetail("durability", weakness).build();
  }
}
