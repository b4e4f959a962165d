package dev.manyhands.metrics;

import dev.manyhands.store.JobStore;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.springframework.stereotype.Component;

/// Whether the store keeps what it says, as found at the start. Its name is listed in
/// `src/docs/metrics.md`.
@Component
final class StoreMetrics implements MeterBinder {
  private final JobStore store;

  StoreMetrics(JobStore store) {
    this.store = store;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    Gauge.builder("manyhands.store.synced", store, s -> s.durability().isSynced() ? 1 : 0)
        .description("Whether what is acknowledged is on disk")
        .register(registry);
  }
}
