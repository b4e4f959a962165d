package dev.manyhands.cluster;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import dev.manyhands.testkit.LoneRabbit;
import dev.manyhands.testkit.Wait;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

/// Hears all that is published at a broker, and publishes what it likes.
final class Firehose implements AutoCloseable {
  /// A header of what it has published itself.
  private static final String OWN = "of-a-test";

  /// A message and where it went.
  record Heard(String exchange, String routingKey, byte[] body) {
    boolean isTo(String queues) {
      return exchange.isEmpty() && routingKey.startsWith(queues);
    }
  }

  private final Connection connection;
  private final Channel channel;
  private final List<Heard> heard = new ArrayList<>();
  private volatile boolean copies;

  private Firehose(Connection connection) throws IOException {
    this.connection = connection;
    this.channel = connection.createChannel();
  }

  static Firehose of(LoneRabbit rabbit) throws IOException, InterruptedException, TimeoutException {
    rabbit.trace();
    Firehose firehose = new Firehose(rabbit.connect());
    firehose.listen();
    return firehose;
  }

  private void listen() throws IOException {
    String queue = channel.queueDeclare().getQueue();
    channel.queueBind(queue, "amq.rabbitmq.trace", "publish.#");
    channel.basicConsume(
        queue,
        true,
        new DefaultConsumer(channel) {
          @Override
          public void handleDelivery(
              String tag, Envelope envelope, AMQP.BasicProperties properties, byte[] body)
              throws IOException {
            hear(properties.getHeaders(), body);
          }
        });
  }

  private void hear(Map<String, Object> about, byte[] body) throws IOException {
    if (about.get("properties") instanceof Map<?, ?> properties
        && properties.get("headers") instanceof Map<?, ?> headers
        && headers.containsKey(OWN)) {
      return;
    }
    if (!(about.get("routing_keys") instanceof List<?> keys)) {
      throw new IOException("expected keys of a message, got: " + about);
    }
    String exchange = String.valueOf(about.get("exchange_name"));
    String key = String.valueOf(keys.getFirst());
    synchronized (this) {
      heard.add(new Heard(exchange, key, body));
      notifyAll();
    }
    if (copies) {
      publish(exchange, key, body);
    }
  }

  /// From now on all is published a second time.
  void copyAll() {
    copies = true;
  }

  synchronized void publish(String exchange, String routingKey, byte[] body) throws IOException {
    AMQP.BasicProperties properties =
        new AMQP.BasicProperties.Builder().deliveryMode(2).headers(Map.of(OWN, true)).build();
    channel.basicPublish(exchange, routingKey, properties, body);
  }

  /// All so far that was published by others.
  synchronized List<Heard> heard() {
    return List.copyOf(heard);
  }

  /// The last message like this, as soon as there is one.
  Heard await(String what, Predicate<Heard> like) {
    Wait.until(this, what, () -> heard.stream().anyMatch(like));
    return heard().stream().filter(like).toList().getLast();
  }

  @Override
  public void close() throws IOException {
    connection.close();
  }
}
