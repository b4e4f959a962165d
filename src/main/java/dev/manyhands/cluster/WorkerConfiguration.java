package dev.manyhands.cluster;

import dev.manyhands.pool.Pools;
import dev.manyhands.pool.WorkerPool;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.springframework.amqp.core.AcknowledgeMode;
import org.springframework.amqp.core.AmqpAdmin;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.amqp.rabbit.listener.SimpleMessageListenerContainer;
import org.springframework.amqp.rabbit.listener.api.ChannelAwareMessageListener;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnExpression;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// The worker's side, on nodes of role `worker`.
@Configuration(proxyBeanMethods = false)
@ConditionalOnBooleanProperty("manyhands.cluster.enabled")
@ConditionalOnExpression(RoleSettings.IS_WORKER)
class WorkerConfiguration {

  @Bean
  Worker clusterWorker(
      HeardNodes nodes, @Qualifier("pools") Pools pools, ClusterSettings settings, Post post) {
    return new Worker(nodes.self(), pools, settings, post);
  }

  @Bean
  ChunkListeners chunkListeners(
      ConnectionFactory broker,
      AmqpAdmin admin,
      ApplicationContext context,
      Worker worker,
      @Qualifier("pools") Pools pools) {
    List<SimpleMessageListenerContainer> all = new ArrayList<>();
    for (WorkerPool pool : pools.all()) {
      ChannelAwareMessageListener taking =
          (message, channel) -> worker.take(pool, message, Objects.requireNonNull(channel));
      SimpleMessageListenerContainer one =
          Listeners.listener(broker, Names.pool(pool.name()), pool.size(), taking);
      // Not a bean of its own, so it is told who makes a deleted queue again.
      one.setAmqpAdmin(admin);
      one.setApplicationContext(context);
      one.setAcknowledgeMode(AcknowledgeMode.MANUAL);
      all.add(one);
    }
    return new ChunkListeners(all);
  }
}
