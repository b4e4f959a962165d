package dev.manyhands.cluster;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.springframework.amqp.AmqpException;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageDeliveryMode;
import org.springframework.amqp.core.MessageProperties;
import org.springframework.amqp.rabbit.connection.CorrelationData;
import org.springframework.amqp.rabbit.core.RabbitTemplate;

/// The post of a real broker, with its confirms.
final class BrokerPost implements Post {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final RabbitTemplate template;

  BrokerPost(RabbitTemplate template) {
    this.template = template;
  }

  @Override
  public Fate send(String queue, byte[] body) {
    MessageProperties properties = properties();
    properties.setDeliveryMode(MessageDeliveryMode.PERSISTENT);
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

  @Override
  public boolean tellAll(byte[] body) {
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
