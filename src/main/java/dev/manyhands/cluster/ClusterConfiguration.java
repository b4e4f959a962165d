package dev.manyhands.cluster;

import dev.manyhands.pool.PoolsSettings;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.amqp.core.AmqpAdmin;
import org.springframework.amqp.core.AnonymousQueue;
import org.springframework.amqp.core.BindingBuilder;
import org.springframework.amqp.core.Declarable;
import org.springframework.amqp.core.Declarables;
import org.springframework.amqp.core.FanoutExchange;
import org.springframework.amqp.core.Queue;
import org.springframework.amqp.core.QueueBuilder;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;
import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.amqp.rabbit.listener.SimpleMessageListenerContainer;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.amqp.autoconfigure.RabbitAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/// What both sides share, where nodes work together; elsewhere nothing of a broker exists.
@Configuration(proxyBeanMethods = false)
@ConditionalOnBooleanProperty("manyhands.cluster.enabled")
@EnableConfigurationProperties({ClusterSettings.class, RoleSettings.class})
@Import(RabbitAutoConfiguration.class)
class ClusterConfiguration {
  /// How often a message may come that no worker runs, so that none dies of it; brokers of several
  /// versions have different defaults.
  static final int HARDLY_LIMITED = 1000;

  /// Longer than any task may run: 8 days.
  private static final long CONSUMER_TIMEOUT_MILLIS = 8L * 24 * 60 * 60 * 1000;

  private static final int MAX_EVENTS_AHEAD = 100;

  private static final Logger log = LoggerFactory.getLogger(ClusterConfiguration.class);

  @Bean
  Post post(RabbitTemplate template) {
    return new BrokerPost(template);
  }

  /// Threads of Spring's that wait for confirms end by an exception when the connection is lost,
  /// and would print it. Whoever has sent the message knows that already.
  @Bean
  static BeanPostProcessor quietThreads() {
    ExecutorService threads =
        Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual()
                .name("broker-", 0)
                .uncaughtExceptionHandler(
                    (_, e) -> log.debug("a thread of a lost connection ended: {}", e.toString()))
                .factory());
    return new BeanPostProcessor() {
      @Override
      public Object postProcessBeforeInitialization(Object bean, String name) {
        if (bean instanceof CachingConnectionFactory broker) {
          broker.setExecutor(threads);
        }
        return bean;
      }
    };
  }

  @Bean
  Dropped droppedMessages(MeterRegistry meters) {
    return new Dropped(meters);
  }

  @Bean
  HeardNodes heardNodes(ClusterSettings settings) {
    byte[] random = new byte[4];
    ThreadLocalRandom.current().nextBytes(random);
    String name = settings.node().isEmpty() ? host() : settings.node();
    return new HeardNodes(name + "-" + HexFormat.of().formatHex(random));
  }

  /// In place of Spring's, which asks the broker, and waits with who asks for one that is silent.
  @Bean
  BrokerHealth rabbitHealthIndicator(HeardNodes nodes, ClusterSettings settings) {
    return new BrokerHealth(nodes, settings.patience(), System.nanoTime());
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "node";
    }
  }

  @Bean
  Events events(
      RoleSettings roles,
      ClusterSettings settings,
      HeardNodes nodes,
      Post post,
      ObjectProvider<Owner> owners,
      ObjectProvider<Worker> workers,
      ObjectProvider<Supplies> supplies,
      Dropped dropped,
      BrokerHealth health,
      AmqpAdmin admin) {
    @Nullable Worker worker = workers.getIfAvailable();
    Self self =
        leaving ->
            new Announcement(
                nodes.self(),
                roles.all(),
                worker == null || leaving ? Map.of() : worker.slots(),
                worker == null ? List.of() : worker.held(),
                leaving);
    List<Events.Hearer> hearers = new ArrayList<>();
    owners.ifAvailable(hearers::add);
    workers.ifAvailable(hearers::add);
    supplies.ifAvailable(hearers::add);
    hearers.add(new Topology(admin::initialize));
    hearers.add(health);
    return new Events(self, settings, nodes, post, hearers, dropped);
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
    all.add(QueueBuilder.durable(Names.DEAD).quorum().deliveryLimit(HARDLY_LIMITED).build());
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
      ConnectionFactory broker, AnonymousQueue eventQueue, Events events, HeardNodes nodes) {
    // Of a first connection nobody is missed, since nobody was heard of before.
    broker.addConnectionListener(_ -> nodes.brokerCameBack(System.nanoTime()));
    return Listeners.listener(broker, eventQueue.getName(), MAX_EVENTS_AHEAD, events::heard);
  }
}
