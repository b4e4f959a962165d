package dev.manyhands.cluster;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.springframework.amqp.AmqpException;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageDeliveryMode;
import org.springframework.amqp.core.MessageProperties;
import org.springframework.amqp.rabbit.connection.CorrelationData;
import org.springframework.amqp.rabbit.core.RabbitTemplate;

/// Brings messages to the broker, and knows what became of each.
final class Post {
  /// What became of a message.
  enum Fate {
    /// The broker has it, and keeps it.
    KEPT,
    /// The broker has not taken it, or knows no queue for it.
    REFUSED,
    /// Nobody knows: the connection was lost.
    UNKNOWN
  }

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final RabbitTemplate template;

  Post(RabbitTemplate template) {
    this.template = template;
  }

  /// Sends to a queue, and waits until the broker has confirmed it.
  ///
  /// @param living how long it may wait in the queue; none: as long as it takes
  Fate send(String queue, byte[] body, @Nullable Duration living) {
    MessageProperties properties = properties();
    properties.setDeliveryMode(MessageDeliveryMode.PERSISTENT);
    if (living != null) {
      properties.setExpiration(Long.toString(living.toMillis()));
    }
    CorrelationData sent = new CorrelationData();
    try {
      template.send("", queue, new Message(body, properties), sent);
      CompletableFuture<CorrelationData.Confirm> confirmed = sent.getFuture();
      CorrelationData.Confirm confirm = confirmed.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      return confirm.ack() && sent.getReturned() == null ? Fate.KEPT : Fate.REFUSED;
    } catch (AmqpException | TimeoutException | ExecutionException e) {
      return Fate.UNKNOWN;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Fate.UNKNOWN;
    }
  }

  /// Tells every node, as well as it goes: what matters is told again.
  ///
  /// @return whether there is a broker
  boolean tellAll(byte[] body) {
    try {
      template.send(Names.EVENTS, "", new Message(body, properties()));
      return true;
    } catch (AmqpException e) {
      return false;
    }
  }

  private static MessageProperties properties() {
    MessageProperties properties = new MessageProperties();
    properties.setContentType("application/octet-stream");
    return properties;
  }
}
