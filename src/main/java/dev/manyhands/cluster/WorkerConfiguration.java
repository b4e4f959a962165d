package dev.manyhands.cluster;

import dev.manyhands.pool.Pools;
import dev.manyhands.pool.WorkerPool;
import dev.manyhands.security.AllowedKinds;
import java.util.ArrayList;
import java.util.List;
import org.springframework.amqp.core.AmqpAdmin;
import org.springframework.amqp.core.Queue;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.amqp.rabbit.listener.SimpleMessageListenerContainer;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnExpression;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// The worker's side, on nodes of role `worker`.
@Configuration(proxyBeanMethods = false)
@ConditionalOnBooleanProperty("manyhands.cluster.enabled")
@ConditionalOnExpression(RoleSettings.IS_WORKER)
class WorkerConfiguration {
  /// Pieces of a megabyte: a chunk asks for one at a time.
  private static final int MAX_INPUTS_AHEAD = 8;

  @Bean
  Worker clusterWorker(
      HeardNodes nodes,
      @Qualifier("pools") Pools pools,
      ClusterSettings settings,
      Post post,
      AllowedKinds allowed,
      Dropped dropped) {
    return new Worker(nodes, pools, settings, post, allowed, dropped);
  }

  @Bean
  Supplies supplies(
      ConnectionFactory broker, AmqpAdmin admin, Worker worker, @Qualifier("pools") Pools pools) {
    List<Supply> all = new ArrayList<>();
    BrokerVersion version = new BrokerVersion();
    for (WorkerPool pool : pools.all()) {
      Supply supply = new Supply(pool, broker, admin, version, worker);
      pool.onChange(() -> {
        supply.lookSoon();
        worker.poolChanged();
      });
      all.add(supply);
    }
    return new Supplies(all, worker);
  }

  /// Gone with the node's connection, and what is lost with it is asked for again.
  @Bean
  Queue inputQueue(HeardNodes nodes) {
    return new Queue(Names.inputs(nodes.self()), false, true, true);
  }

  @Bean
  SimpleMessageListenerContainer inputListener(
      ConnectionFactory broker, HeardNodes nodes, Worker worker) {
    return Listeners.listener(
        broker, Names.inputs(nodes.self()), MAX_INPUTS_AHEAD, worker.fetches()::arrived);
  }
}
