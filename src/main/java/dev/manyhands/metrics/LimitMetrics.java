package dev.manyhands.metrics;

import dev.manyhands.dispatch.LimitService;
import dev.manyhands.dispatch.LimitService.LimitView;
import dev.manyhands.job.Limit;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import org.springframework.stereotype.Component;

/// How much of each named limit is in use, read when the metrics are scraped. Keys have no meters
/// of their own: there may be any number of them. Every name is listed in `src/docs/metrics.md`.
@Component
final class LimitMetrics implements MeterBinder {
  private final LimitService limits;

  LimitMetrics(LimitService limits) {
    this.limits = limits;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    List<Meter> bound = new ArrayList<>();
    limits.watch(now -> {
      synchronized (bound) {
        bound.forEach(registry::remove);
        bound.clear();
        now.forEach(limit -> bind(limit, registry, bound));
      }
    });
  }

  private void bind(Limit limit, MeterRegistry registry, List<Meter> bound) {
    if (limit.permits() != null) {
      bound.add(
          gauge("manyhands.limit.permits", limit, LimitMetrics::permits)
              .description("Tasks that the limit lets run at once, for each key")
              .register(registry));
    }
    bound.add(
        gauge("manyhands.limit.in.use", limit, LimitView::inUse)
            .description("Permits that chunks hold, of all keys together")
            .register(registry));
    bound.add(
        gauge("manyhands.limit.waiting", limit, LimitView::waiting)
            .description("Tasks that no worker has, of the jobs that name the limit")
            .register(registry));
  }

  private static double permits(LimitView view) {
    return Objects.requireNonNullElse(view.limit().permits(), 0);
  }

  private Gauge.Builder<LimitService> gauge(
      String name, Limit limit, ToDoubleFunction<LimitView> value) {
    return Gauge.builder(name, limits, l -> value.applyAsDouble(l.limit(limit.name())))
        .tag("limit", limit.name());
  }
}
