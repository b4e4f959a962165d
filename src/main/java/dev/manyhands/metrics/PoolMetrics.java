package dev.manyhands.metrics;

import dev.manyhands.dispatch.PoolService;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.concurrent.TimeUnit;
import org.springframework.stereotype.Component;

/// How full each pool is, read when the metrics are scraped. Every name is listed in
/// `src/docs/metrics.md`.
@Component
final class PoolMetrics implements MeterBinder {
  private final PoolService pools;

  PoolMetrics(PoolService pools) {
    this.pools = pools;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    for (PoolService.PoolView pool : pools.pools()) {
      String name = pool.name();
      Gauge.builder("manyhands.pool.workers", pools, p -> p.pool(name).workers())
          .tag("pool", name)
          .description("Workers that the pool may have")
          .register(registry);
      Gauge.builder("manyhands.pool.busy", pools, p -> p.pool(name).busy())
          .tag("pool", name)
          .description("Workers that run a chunk")
          .register(registry);
      Gauge.builder("manyhands.pool.waiting", pools, p -> p.pool(name).waiting())
          .tag("pool", name)
          .description("Tasks that wait for a worker")
          .register(registry);
      Gauge.builder("manyhands.pool.degraded", pools, p -> p.pool(name).problem().isEmpty() ? 0 : 1)
          .tag("pool", name)
          .description("1 while the pool takes nothing, since it cannot work")
          .register(registry);
      FunctionCounter.builder(
              "manyhands.worker.starts", pools, p -> p.pool(name).turnover().starts())
          .tag("pool", name)
          .description("Worker processes started")
          .register(registry);
      FunctionCounter.builder(
              "manyhands.worker.deaths", pools, p -> p.pool(name).turnover().deaths())
          .tag("pool", name)
          .description("Worker processes that ended without being told to")
          .register(registry);
      TimeGauge.builder(
              "manyhands.worker.start.pause",
              pools,
              TimeUnit.MILLISECONDS,
              p -> p.pool(name).turnover().pause().toMillis())
          .tag("pool", name)
          .description("Pause between two starts of worker processes, since they do no work")
          .register(registry);
    }
  }
}
