package dev.manyhands.cluster;

import dev.manyhands.pool.Functions;
import dev.manyhands.pool.Pools;
import dev.manyhands.pool.PoolsSettings;
import dev.manyhands.pool.WorkerPool;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.springframework.amqp.core.AcknowledgeMode;
import org.springframework.amqp.core.AnonymousQueue;
import org.springframework.amqp.core.BindingBuilder;
import org.springframework.amqp.core.Declarable;
import org.springframework.amqp.core.Declarables;
import org.springframework.amqp.core.FanoutExchange;
import org.springframework.amqp.core.MessageListener;
import org.springframework.amqp.core.Queue;
import org.springframework.amqp.core.QueueBuilder;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.amqp.rabbit.listener.SimpleMessageListenerContainer;
import org.springframework.amqp.rabbit.listener.api.ChannelAwareMessageListener;
import org.springframework.boot.amqp.autoconfigure.RabbitAutoConfiguration;
import org.springframework.boot.amqp.autoconfigure.health.RabbitHealthContributorAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Primary;

/// Puts the room together where nodes work together; elsewhere nothing of a broker exists.
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty("manyhands.cluster.enabled")
@EnableConfigurationProperties({ClusterSettings.class, RoleSettings.class})
@Import({RabbitAutoConfiguration.class, RabbitHealthContributorAutoConfiguration.class})
class ClusterConfiguration {
  /// Longer than any task may run: 8 days.
  private static final long CONSUMER_TIMEOUT_MILLIS = 8L * 24 * 60 * 60 * 1000;

  /// The queue of an owner that is gone: the broker removes it after this time.
  private static final int OWNER_EXPIRES_MILLIS = 300_000;

  private static final int MAX_EVENTS_AHEAD = 100;

  private final String node;

  ClusterConfiguration(ClusterSettings settings) {
    byte[] random = new byte[4];
    ThreadLocalRandom.current().nextBytes(random);
    String name = settings.node().isEmpty() ? host() : settings.node();
    node = name + "-" + HexFormat.of().formatHex(random);
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "node";
    }
  }

  @Bean
  Post post(RabbitTemplate template) {
    return new Post(template);
  }

  @Bean
  Nodes nodes() {
    return new Nodes();
  }

  @Bean
  @Lazy
  Owner owner(
      PoolsSettings pools, ClusterSettings settings, Nodes nodes, Post post, MeterRegistry meters) {
    BrokerPool.Shared shared = new BrokerPool.Shared(node, settings, nodes, post);
    List<BrokerPool> all = new ArrayList<>();
    pools.pools().forEach((name, pool) -> all.add(new BrokerPool(name, pool.poolKind(), shared)));
    return new Owner(all, meters);
  }

  /// What jobs run on, in place of this node's own.
  @Bean(destroyMethod = "close")
  @Primary
  Pools clusterPools(Owner owner, Functions functions) {
    return new Pools(owner.pools(), functions);
  }

  @Bean
  @Lazy
  Worker worker(
      @org.springframework.beans.factory.annotation.Qualifier("pools") Pools pools,
      ClusterSettings settings,
      Post post) {
    return new Worker(node, pools, settings, post);
  }

  @Bean
  Events events(
      RoleSettings roles,
      ClusterSettings settings,
      Nodes nodes,
      Post post,
      Owner owner,
      org.springframework.beans.factory.ObjectProvider<Worker> workers) {
    @Nullable Worker worker =
        roles.all().contains(RoleSettings.WORKER) ? workers.getObject() : null;
    Self self =
        leaving ->
            new Announcement(
                node,
                roles.all(),
                worker == null || leaving ? Map.of() : worker.slots(),
                worker == null ? List.of() : worker.held(),
                leaving);
    List<Events.Hearer> hearers = worker == null ? List.of(owner) : List.of(owner, worker);
    return new Events(self, settings, nodes, post, hearers);
  }

  @Bean
  AnonymousQueue eventQueue() {
    return new AnonymousQueue();
  }

  @Bean
  Declarables topology(PoolsSettings pools, ClusterSettings settings, AnonymousQueue eventQueue) {
    FanoutExchange events = new FanoutExchange(Names.EVENTS);
    List<Declarable> all = new ArrayList<>();
    all.add(events);
    all.add(BindingBuilder.bind(eventQueue).to(events));
    all.add(QueueBuilder.durable(Names.DEAD).quorum().deliveryLimit(1000).build());
    all.add(
        QueueBuilder.durable(Names.owner(node))
            .quorum()
            .deliveryLimit(1000)
            .expires(OWNER_EXPIRES_MILLIS)
            .build());
    pools.pools().keySet().forEach(name -> all.add(poolQueue(name, settings)));
    return new Declarables(all);
  }

  /// Says all that brokers of several versions have different defaults for.
  private static Queue poolQueue(String name, ClusterSettings settings) {
    return QueueBuilder.durable(Names.pool(name))
        .quorum()
        .deliveryLimit(settings.deliveryLimit())
        .overflow(QueueBuilder.Overflow.rejectPublish)
        .deadLetterExchange("")
        .deadLetterRoutingKey(Names.DEAD)
        .withArgument("x-dead-letter-strategy", "at-least-once")
        .withArgument("x-consumer-timeout", CONSUMER_TIMEOUT_MILLIS)
        .build();
  }

  @Bean
  SimpleMessageListenerContainer eventListener(
      ConnectionFactory broker, AnonymousQueue eventQueue, Events events) {
    return listener(broker, eventQueue.getName(), MAX_EVENTS_AHEAD, events::heard);
  }

  @Bean
  SimpleMessageListenerContainer deadListener(ConnectionFactory broker, Events events) {
    return listener(broker, Names.DEAD, 1, events::dead);
  }

  @Bean
  SimpleMessageListenerContainer answerListener(ConnectionFactory broker, Owner owner) {
    return listener(broker, Names.owner(node), MAX_EVENTS_AHEAD, owner::answered);
  }

  @Bean
  ChunkListeners chunkListeners(
      RoleSettings roles,
      ConnectionFactory broker,
      org.springframework.beans.factory.ObjectProvider<Worker> workers,
      org.springframework.context.ApplicationContext context) {
    List<SimpleMessageListenerContainer> all = new ArrayList<>();
    if (roles.all().contains(RoleSettings.WORKER)) {
      Worker worker = workers.getObject();
      for (WorkerPool pool : context.getBean("pools", Pools.class).all()) {
        ChannelAwareMessageListener taking =
            (message, channel) ->
                worker.take(pool, message, java.util.Objects.requireNonNull(channel));
        SimpleMessageListenerContainer one =
            listener(broker, Names.pool(pool.name()), pool.size(), taking);
        one.setAcknowledgeMode(AcknowledgeMode.MANUAL);
        all.add(one);
      }
    }
    return new ChunkListeners(all);
  }

  private static SimpleMessageListenerContainer listener(
      ConnectionFactory broker, String queue, int ahead, MessageListener hearer) {
    SimpleMessageListenerContainer container = new SimpleMessageListenerContainer(broker);
    container.setQueueNames(queue);
    container.setPrefetchCount(ahead);
    container.setMessageListener(hearer);
    container.setMissingQueuesFatal(false);
    container.setDefaultRequeueRejected(true);
    return container;
  }
}
