package dev.manyhands.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.pool.PoolsSettings;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.springframework.amqp.core.AnonymousQueue;
import org.springframework.amqp.core.FanoutExchange;
import org.springframework.amqp.core.Queue;

/// What brokers of several versions have different defaults for is said of every queue that lasts.
class QueuesTest {
  private final Map<String, Queue> queues = queues();

  private static Map<String, Queue> queues() {
    AnonymousQueue events = new AnonymousQueue();
    return new ClusterConfiguration()
            .topology(new PoolsSettings(Map.of()), Chunks.SETTINGS, events)
            .getDeclarablesByType(Queue.class)
            .stream()
            .collect(Collectors.toMap(Queue::getName, queue -> queue));
  }

  private Queue queue(String name) {
    return Objects.requireNonNull(queues.get(name));
  }

  private static void isKept(Queue queue, int deliveries) {
    assertThat(queue.isDurable()).isTrue();
    assertThat(queue.isExclusive() || queue.isAutoDelete()).isFalse();
    assertThat(queue.getArguments())
        .containsEntry("x-queue-type", "quorum")
        .containsEntry("x-delivery-limit", deliveries);
  }

  @Test
  void thereIsOneForEachPoolAndOneOfDeadLetters() {
    assertThat(queues)
        .containsOnlyKeys(
            "manyhands.dead",
            "manyhands.pool.threads",
            "manyhands.pool.virtual",
            "manyhands.pool.processes");
    isKept(queue("manyhands.dead"), 1000);
    assertThat(queue("manyhands.dead").getArguments()).hasSize(2);
  }

  @Test
  void aPoolsQueueKeepsWhatNobodyCanGetDoneAndRefusesWhatItCannotKeep() {
    Queue queue = queue("manyhands.pool.processes");
    isKept(queue, Chunks.SETTINGS.deliveryLimit());
    assertThat(queue.getArguments())
        .containsEntry("x-overflow", "reject-publish")
        .containsEntry("x-dead-letter-exchange", "")
        .containsEntry("x-dead-letter-routing-key", "manyhands.dead")
        .containsEntry("x-dead-letter-strategy", "at-least-once")
        .containsEntry("x-consumer-timeout", Duration.ofDays(8).toMillis())
        .hasSize(7);
  }

  @Test
  void anOwnersQueueOutlivesItsOwnerForAWhile() {
    Queue queue = new OwnerConfiguration().answerQueue(new HeardNodes("a-1"));
    assertThat(queue.getName()).isEqualTo("manyhands.owner.a-1");
    isKept(queue, 1000);
    assertThat(queue.getArguments()).containsEntry("x-expires", 300_000).hasSize(3);
  }

  @Test
  void announcementsGoToAll() {
    assertThat(
            new ClusterConfiguration()
                .topology(new PoolsSettings(Map.of()), Chunks.SETTINGS, new AnonymousQueue())
                .getDeclarablesByType(FanoutExchange.class))
        .singleElement()
        .satisfies(exchange -> assertThat(exchange.getName()).isEqualTo("manyhands.events"));
  }
}
