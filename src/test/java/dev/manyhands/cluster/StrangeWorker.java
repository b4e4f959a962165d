package dev.manyhands.cluster;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import dev.manyhands.testkit.LoneRabbit;
import java.io.IOException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/// A worker node whose messages are of the next version: it can read no chunk of this one, and
/// tells their owners so.
final class StrangeWorker implements AutoCloseable {
  /// A real one rests after each.
  private static final int MOST = 10;

  private final Connection connection;
  private final AtomicInteger left = new AtomicInteger();

  private StrangeWorker(Connection connection) {
    this.connection = connection;
  }

  /// Takes chunks of a queue from now on.
  static StrangeWorker of(LoneRabbit rabbit, String queue) throws IOException, TimeoutException {
    StrangeWorker strange = new StrangeWorker(rabbit.connect());
    Channel channel = strange.connection.createChannel();
    channel.basicQos(1);
    channel.basicConsume(
        queue,
        false,
        new DefaultConsumer(channel) {
          @Override
          public void handleDelivery(
              String tag, Envelope envelope, AMQP.BasicProperties properties, byte[] body)
              throws IOException {
            if (!isChunk(body)) {
              channel.basicAck(envelope.getDeliveryTag(), false);
              return;
            }
            ChunkMessage chunk = ChunkMessage.read(body);
            byte[] unread = OutcomeMessage.of(chunk.token(), OutcomeMessage.Kind.UNREAD).write();
            unread[0]++;
            channel.basicPublish("", Names.owner(chunk.owner()), null, unread);
            if (strange.left.incrementAndGet() == MOST) {
              channel.basicCancel(tag);
            }
            channel.basicAck(envelope.getDeliveryTag(), false);
          }
        });
    return strange;
  }

  /// An owner that has waited for long sends a probe the same way.
  static boolean isChunk(byte[] body) {
    return Probe.of(Parts.read(body, 2)).isEmpty();
  }

  /// Chunks that it could not read.
  int left() {
    return left.get();
  }

  @Override
  public void close() throws IOException {
    connection.close();
  }
}
