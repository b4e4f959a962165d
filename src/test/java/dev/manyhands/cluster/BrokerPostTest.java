package dev.manyhands.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.ReturnedMessage;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.amqp.rabbit.connection.CorrelationData;
import org.springframework.amqp.rabbit.core.RabbitTemplate;

class BrokerPostTest {
  private final CorrelationData sent = new CorrelationData();

  private Post.Fate fate(boolean ack, String reason) {
    return BrokerPost.fate(
        sent, new CorrelationData.Confirm(ack, reason.isEmpty() ? null : reason));
  }

  @Test
  void whatTheBrokerConfirmsItKeeps() {
    assertThat(fate(true, "")).isEqualTo(Post.Fate.KEPT);
  }

  @Test
  void whatTheBrokerRefusesItHasNot() {
    assertThat(fate(false, "")).isEqualTo(Post.Fate.REFUSED);
  }

  @Test
  void whatHasNoQueueIsRefusedThoughItIsConfirmed() {
    sent.setReturned(new ReturnedMessage(new Message(new byte[0]), 312, "NO_ROUTE", "", "gone"));

    assertThat(fate(true, "")).isEqualTo(Post.Fate.REFUSED);
  }

  @Test
  void ofWhatLostItsChannelNobodyKnows() {
    assertThat(fate(false, "Channel closed by application")).isEqualTo(Post.Fate.UNKNOWN);
  }

  @Test
  void whatFindsNoConnectionHasNotLeft() {
    CachingConnectionFactory nowhere = new CachingConnectionFactory("127.0.0.1", 1);
    try {
      Post post = new BrokerPost(new RabbitTemplate(nowhere));

      assertThat(post.send("queue", new byte[0])).isEqualTo(Post.Fate.UNSENT);
      assertThat(post.tellAll(new byte[0])).isFalse();
    } finally {
      nowhere.destroy();
    }
  }

  /// Else it would be lost with the thread that sends it.
  @Test
  void aMistakeOfThisNodesOwnIsAFateToo() {
    CachingConnectionFactory nowhere = new CachingConnectionFactory("127.0.0.1", 1);
    try {
      Post post = new BrokerPost(new BrokenTemplate(nowhere));

      assertThat(post.send("queue", new byte[0])).isEqualTo(Post.Fate.UNKNOWN);
      assertThat(post.tellAll(new byte[0])).isFalse();
    } finally {
      nowhere.destroy();
    }
  }

  private static final class BrokenTemplate extends RabbitTemplate {
    BrokenTemplate(ConnectionFactory broker) {
      super(broker);
    }

    @Override
    public void send(
        @Nullable String exchange,
        @Nullable String routingKey,
        Message message,
        @Nullable CorrelationData about) {
      throw new IllegalStateException("a template that is broken on purpose");
    }
  }
}
