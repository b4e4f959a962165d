package dev.manyhands.metrics;

import dev.manyhands.pool.Pools;
import dev.manyhands.pool.WorkerPool;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.stereotype.Component;

/// Whether every pool works: `DEGRADED` while one takes nothing, which is no reason to restart the
/// service, since the pool gets well by itself. Why is told to whoever has the key.
@Component("poolsHealthIndicator")
final class PoolHealth implements HealthIndicator {
  private static final Status DEGRADED = new Status("DEGRADED");

  private final Pools pools;

  PoolHealth(Pools pools) {
    this.pools = pools;
  }

  @Override
  public Health health() {
    Health.Builder health = Health.up();
    for (WorkerPool pool : pools.all()) {
      pool.problem().ifPresent(problem -> health.status(DEGRADED).withDetail(pool.name(), problem));
    }
    return health.build();
  }
}
