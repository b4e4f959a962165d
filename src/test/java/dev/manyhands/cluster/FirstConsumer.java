package dev.manyhands.cluster;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Delivery;
import com.rabbitmq.client.Envelope;
import dev.manyhands.testkit.LoneRabbit;
import dev.manyhands.testkit.Wait;
import java.io.IOException;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeoutException;

/// Gets chunks of a queue before any worker node does, one at a time, and runs none: what it gives
/// back comes to it again, without a node that has to be held up meanwhile.
///
/// Consumer priorities are RabbitMQ's: <https://www.rabbitmq.com/docs/consumer-priority>.
final class FirstConsumer implements AutoCloseable {
  /// Nodes have 0.
  private static final int PRIORITY = 10;

  private final Connection connection;
  private final Channel channel;
  private final Queue<Delivery> chunks = new ConcurrentLinkedQueue<>();

  private FirstConsumer(Connection connection) throws IOException {
    this.connection = connection;
    this.channel = connection.createChannel();
  }

  static FirstConsumer of(LoneRabbit rabbit, String queue) throws IOException, TimeoutException {
    FirstConsumer first = new FirstConsumer(rabbit.connect());
    first.begin(queue);
    return first;
  }

  private void begin(String queue) throws IOException {
    channel.basicQos(1);
    channel.basicConsume(
        queue,
        false,
        Map.of("x-priority", PRIORITY),
        new DefaultConsumer(channel) {
          @Override
          public void handleDelivery(
              String tag, Envelope envelope, AMQP.BasicProperties properties, byte[] body)
              throws IOException {
            if (StrangeWorker.isChunk(body)) {
              chunks.add(new Delivery(envelope, properties, body));
            } else {
              channel.basicAck(envelope.getDeliveryTag(), false);
            }
          }
        });
  }

  /// Waits for the chunk that it has now, which stays its own until it is given back or refused.
  ChunkMessage chunk() {
    Wait.untilSeen("a chunk", () -> !chunks.isEmpty());
    return ChunkMessage.read(chunks.element().getBody());
  }

  /// As a node that goes while it has the chunk.
  void giveBack() throws IOException {
    chunk();
    channel.basicNack(chunks.remove().getEnvelope().getDeliveryTag(), false, true);
  }

  /// The chunk goes to the dead letters; no other one comes.
  void refuse() throws IOException {
    chunk();
    channel.basicReject(chunks.remove().getEnvelope().getDeliveryTag(), false);
  }

  /// What it has goes to the nodes.
  @Override
  public void close() throws IOException {
    connection.close();
  }
}
