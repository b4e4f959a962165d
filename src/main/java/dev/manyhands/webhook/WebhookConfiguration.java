package dev.manyhands.webhook;

import dev.manyhands.job.Bounds;
import dev.manyhands.outbound.Outbound;
import dev.manyhands.store.Delivery;
import dev.manyhands.store.Outbox;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// Puts the room together.
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(WebhookSettings.class)
class WebhookConfiguration {
  /// As long as a receiver that is well may need, and short of what the stop of a phase may take.
  private static final Duration STOP_WAIT = Duration.ofSeconds(5);

  @Bean
  Bounds webhookBounds(WebhookSettings settings) {
    return () ->
        Map.of(
            "webhook-attempts",
            (long) settings.attempts(),
            "webhook-timeout",
            Math.ceilDiv(settings.timeout().toMillis(), 1000L),
            "webhook-first-retry-seconds",
            Math.ceilDiv(settings.firstRetry().toMillis(), 1000L),
            "webhook-stop-seconds",
            STOP_WAIT.toSeconds(),
            "webhook-longest-retry-seconds",
            Math.ceilDiv(settings.longestRetry().toMillis(), 1000L),
            "webhooks-at-once",
            (long) settings.atOnce());
  }

  @Bean
  Deliverer deliverer(
      Outbox outbox,
      Outbound outbound,
      WebhookSettings settings,
      MeterRegistry registry,
      ObjectProvider<InstantSource> clocks) {
    Map<Delivery.State, Counter> ends = new EnumMap<>(Delivery.State.class);
    for (Delivery.State state : Delivery.State.values()) {
      if (state != Delivery.State.PENDING) {
        ends.put(
            state,
            Counter.builder("manyhands.webhook.deliveries")
                .tag("end", state.word())
                .description("Deliveries to webhooks that came to an end")
                .register(registry));
      }
    }
    InstantSource clock = clocks.getIfAvailable(InstantSource::system);
    return new Deliverer(
        outbox,
        new Messenger(outbox, outbound, settings, clock),
        settings.atOnce(),
        STOP_WAIT,
        clock,
        state -> Objects.requireNonNull(ends.get(state)).increment());
  }
}
