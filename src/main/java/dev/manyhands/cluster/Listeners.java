package dev.manyhands.cluster;

import org.springframework.amqp.core.MessageListener;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.amqp.rabbit.listener.SimpleMessageListenerContainer;

/// How this room listens to queues: one that is missing, or a broker that is away, is waited for.
final class Listeners {
  /// Between two tries to listen to a queue that is not there.
  private static final long RECOVERY_MILLIS = 1000;

  private Listeners() {}

  /// @param ahead messages that may be here and not acknowledged
  static SimpleMessageListenerContainer listener(
      ConnectionFactory broker, String queue, int ahead, MessageListener hearer) {
    SimpleMessageListenerContainer container = new SimpleMessageListenerContainer(broker);
    container.setQueueNames(queue);
    container.setPrefetchCount(ahead);
    container.setMessageListener(hearer);
    container.setMissingQueuesFatal(false);
    container.setPossibleAuthenticationFailureFatal(false);
    container.setDefaultRequeueRejected(true);
    container.setRecoveryInterval(RECOVERY_MILLIS);
    container.setPhase(Events.PHASE);
    return container;
  }
}
