package dev.manyhands.cluster;

import dev.manyhands.pool.WorkerPool;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.amqp.core.Message;

/// The owner's side of the pools of the cluster: outcomes, dead letters and announcements come in
/// here. Whatever comes is untrusted: an outcome counts only with the token of a chunk that is out.
final class Owner implements Events.Hearer {
  private static final Logger log = LoggerFactory.getLogger(Owner.class);

  private final List<BrokerPool> pools;
  private final Counter unknown;
  private final Counter repeated;
  private final Counter malformed;

  Owner(List<BrokerPool> pools, MeterRegistry registry) {
    this.pools = List.copyOf(pools);
    this.unknown = dropped(registry, "unknown");
    this.repeated = dropped(registry, "repeated");
    this.malformed = dropped(registry, "malformed");
  }

  private static Counter dropped(MeterRegistry registry, String reason) {
    return Counter.builder("manyhands.cluster.dropped")
        .tag("reason", reason)
        .description("Messages of outcomes that were dropped")
        .register(registry);
  }

  List<WorkerPool> pools() {
    return List.copyOf(pools);
  }

  /// A message of this node's queue.
  void answered(Message message) {
    OutcomeMessage answer;
    try {
      answer = OutcomeMessage.read(message.getBody());
    } catch (IllegalArgumentException e) {
      malformed.increment();
      log.warn("a message was dropped that is no outcome: {}", e.getMessage());
      return;
    }
    int told =
        pools.stream()
            .flatMap(pool -> pool.answered(answer).stream())
            .findFirst()
            .orElse(Integer.MIN_VALUE);
    if (answer.outcomes() != null) {
      count(told);
    }
  }

  private void count(int told) {
    if (told == Integer.MIN_VALUE) {
      unknown.increment();
    } else if (told < 0) {
      malformed.increment();
    } else if (told == 0) {
      repeated.increment();
    }
  }

  @Override
  public void announced(Announcement said, long nowNanos) {
    pools.forEach(pool -> pool.heard(said, nowNanos));
  }

  @Override
  public void cancelled(Cancel cancel) {
    // Its own, or another owner's: workers heed them.
  }

  @Override
  public void died(String token, boolean mayHaveRun) {
    pools.forEach(pool -> pool.died(token, mayHaveRun));
  }

  @Override
  public void tick(boolean isAway, long nowNanos) {
    pools.forEach(pool -> pool.tick(isAway, nowNanos));
  }
}
