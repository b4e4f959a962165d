package dev.manyhands.metrics;

import dev.manyhands.store.Nodes;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.springframework.stereotype.Component;

/// How this node's lease on its jobs stands, read when the metrics are scraped. Every name is
/// listed in `src/docs/metrics.md`.
@Component
final class LeaseMetrics implements MeterBinder {
  private static final double NANOS = 1e9;

  private final Nodes nodes;

  LeaseMetrics(Nodes nodes) {
    this.nodes = nodes;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    Gauge.builder("manyhands.lease.held", nodes, n -> n.lease().held() ? 1 : 0)
        .description("Whether this node has its jobs")
        .register(registry);
    FunctionCounter.builder("manyhands.lease.lost", nodes, n -> n.lease().lost())
        .description("Times that this node lost all of its jobs")
        .register(registry);
    Gauge.builder(
            "manyhands.lease.renewal.seconds", nodes, n -> n.lease().renewal().toNanos() / NANOS)
        .description("How long the database took to renew the lease last")
        .register(registry);
  }
}
