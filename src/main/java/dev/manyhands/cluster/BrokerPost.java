package dev.manyhands.cluster;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.amqp.AmqpConnectException;
import org.springframework.amqp.AmqpException;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.MessageDeliveryMode;
import org.springframework.amqp.core.MessageProperties;
import org.springframework.amqp.rabbit.connection.CorrelationData;
import org.springframework.amqp.rabbit.core.RabbitTemplate;

/// The post of a real broker, with its confirms.
final class BrokerPost implements Post {
  private static final Logger log = LoggerFactory.getLogger(BrokerPost.class);

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
    } catch (AmqpConnectException e) {
      return Fate.UNSENT;
    } catch (RuntimeException e) {
      complain(e);
      return Fate.UNKNOWN;
    }
    try {
      CompletableFuture<CorrelationData.Confirm> confirmed = sent.getFuture();
      return fate(sent, confirmed.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS));
    } catch (TimeoutException | ExecutionException e) {
      return Fate.UNKNOWN;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Fate.UNKNOWN;
    }
  }

  /// The broker gives no reason for a refusal: one that has a reason was made up on this side, for
  /// each message whose confirm had not come when its channel was lost.
  static Fate fate(CorrelationData sent, CorrelationData.Confirm confirm) {
    if (!confirm.ack()) {
      return confirm.reason() == null ? Fate.REFUSED : Fate.UNKNOWN;
    }
    return sent.getReturned() == null ? Fate.KEPT : Fate.REFUSED;
  }

  @Override
  public boolean tellAll(byte[] body) {
    try {
      template.send(Names.EVENTS, "", new Message(body, properties()));
      return true;
    } catch (RuntimeException e) {
      complain(e);
      return false;
    }
  }

  /// What is no trouble with the broker is a mistake of this node's own. Who sends is told of it as
  /// of a broker that says nothing, and tries again: a message that somebody waits for must not be
  /// lost with the thread that sends it.
  private static void complain(RuntimeException e) {
    if (!(e instanceof AmqpException)) {
      log.error("A message is sent again, if it matters, after a mistake of this node's own.", e);
    }
  }

  private static MessageProperties properties() {
    MessageProperties properties = new MessageProperties();
    properties.setContentType("application/octet-stream");
    return properties;
  }
}
