package dev.manyhands.cluster;

import dev.manyhands.pool.Functions;
import dev.manyhands.pool.Pools;
import dev.manyhands.pool.PoolsSettings;
import java.util.ArrayList;
import java.util.List;
import org.springframework.amqp.core.Queue;
import org.springframework.amqp.core.QueueBuilder;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.amqp.rabbit.listener.SimpleMessageListenerContainer;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnExpression;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;

/// The owner's side, on nodes of role `api`.
@Configuration(proxyBeanMethods = false)
@ConditionalOnBooleanProperty("manyhands.cluster.enabled")
@ConditionalOnExpression(RoleSettings.IS_API)
class OwnerConfiguration {
  /// The queue of an owner that is gone: the broker removes it after this time.
  private static final int EXPIRES_MILLIS = 300_000;

  private static final int MAX_ANSWERS_AHEAD = 100;

  /// Below that of the web server: outcomes still come while a stop lets tasks end.
  private static final int LISTENS_TO_ANSWERS = 2000;

  @Bean
  Owner clusterOwner(
      PoolsSettings pools, ClusterSettings settings, HeardNodes nodes, Post post, Dropped dropped) {
    BrokerPool.Shared shared = new BrokerPool.Shared(nodes.self(), settings, nodes, post);
    List<BrokerPool> all = new ArrayList<>();
    pools.pools().forEach((name, pool) -> all.add(new BrokerPool(name, pool.poolKind(), shared)));
    return new Owner(all, dropped, shared, new Assembly(PieceFile::open));
  }

  /// What jobs run on, in place of this node's own.
  @Bean(destroyMethod = "close")
  @Primary
  Pools clusterPools(Owner owner, Functions functions) {
    return new Pools(owner.pools(), functions);
  }

  @Bean
  Queue answerQueue(HeardNodes nodes) {
    return QueueBuilder.durable(Names.owner(nodes.self()))
        .quorum()
        .deliveryLimit(ClusterConfiguration.HARDLY_LIMITED)
        .expires(EXPIRES_MILLIS)
        .build();
  }

  @Bean
  SimpleMessageListenerContainer deadListener(ConnectionFactory broker, Events events) {
    return Listeners.listener(broker, Names.DEAD, 1, events::dead);
  }

  @Bean
  SimpleMessageListenerContainer answerListener(
      ConnectionFactory broker, HeardNodes nodes, Owner owner) {
    SimpleMessageListenerContainer listener =
        Listeners.listener(broker, Names.owner(nodes.self()), MAX_ANSWERS_AHEAD, owner::answered);
    listener.setPhase(LISTENS_TO_ANSWERS);
    return listener;
  }
}
