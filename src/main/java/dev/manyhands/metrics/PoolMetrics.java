package dev.manyhands.metrics;

import dev.manyhands.dispatch.PoolService;
import dev.manyhands.pool.Pools;
import dev.manyhands.pool.WorkerPool;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.concurrent.TimeUnit;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/// How full each pool is, read when the metrics are scraped. Every name is listed in
/// `src/docs/metrics.md`.
@Component
final class PoolMetrics implements MeterBinder {
  private final Pools pools;

  /// What waits for them; none on a node that owns no jobs.
  private final ObjectProvider<PoolService> waiting;

  PoolMetrics(Pools pools, ObjectProvider<PoolService> waiting) {
    this.pools = pools;
    this.waiting = waiting;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    pools.all().forEach(pool -> bind(pool, registry));
    waiting.ifAvailable(service -> pools.all().forEach(pool -> bind(pool, service, registry)));
  }

  private static void bind(WorkerPool pool, PoolService service, MeterRegistry registry) {
    Gauge.builder("manyhands.pool.waiting", service, s -> s.pool(pool.name()).waiting())
        .tag("pool", pool.name())
        .description("Tasks that wait for a worker")
        .register(registry);
  }

  private static void bind(WorkerPool pool, MeterRegistry registry) {
    Gauge.builder("manyhands.pool.workers", pool, WorkerPool::size)
        .tag("pool", pool.name())
        .description("Workers that the pool may have")
        .register(registry);
    Gauge.builder("manyhands.pool.busy", pool, WorkerPool::busy)
        .tag("pool", pool.name())
        .description("Workers that run a chunk")
        .register(registry);
    Gauge.builder("manyhands.pool.degraded", pool, p -> p.problem().isEmpty() ? 0 : 1)
        .tag("pool", pool.name())
        .description("1 while the pool takes nothing, since it cannot work")
        .register(registry);
    FunctionCounter.builder("manyhands.worker.starts", pool, p -> p.turnover().starts())
        .tag("pool", pool.name())
        .description("Worker processes started")
        .register(registry);
    FunctionCounter.builder("manyhands.worker.deaths", pool, p -> p.turnover().deaths())
        .tag("pool", pool.name())
        .description("Worker processes that ended without being told to")
        .register(registry);
    TimeGauge.builder(
            "manyhands.worker.start.pause",
            pool,
            TimeUnit.MILLISECONDS,
            p -> p.turnover().pause().toMillis())
        .tag("pool", pool.name())
        .description("Pause between two starts of worker processes, since they do no work")
        .register(registry);
  }
}
