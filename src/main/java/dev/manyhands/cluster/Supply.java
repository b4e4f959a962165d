package dev.manyhands.cluster;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.ShutdownSignalException;
import dev.manyhands.pool.WorkerPool;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.amqp.AmqpException;
import org.springframework.amqp.core.AmqpAdmin;
import org.springframework.amqp.core.QueueInformation;
import org.springframework.amqp.rabbit.connection.ConnectionFactory;

/// The chunks that a pool of this node takes of its queue: never more at once than it has workers,
/// and none while it is degraded or the node stops.
///
/// To take nothing new its consumer is cancelled and its channel kept, since chunks are this node's
/// as long as their channel lives. Every [#look] makes it as it is to be, also after the broker was
/// away or the queue deleted. A listener container of Spring would close the channel with its
/// consumer, and give what runs to another node.
final class Supply {
  private static final Logger log = LoggerFactory.getLogger(Supply.class);

  /// Whose chunks these are; answers at once.
  interface Taker {
    /// Gets one.
    void take(WorkerPool pool, Delivery delivery, byte[] body);

    /// How many chunks of the pool this node has that came like this.
    int held(WorkerPool pool, Predicate<Delivery> how);

    /// Whether others are to have what is in the queue, for a while.
    boolean rests(WorkerPool pool);
  }

  private final WorkerPool pool;
  private final ConnectionFactory broker;
  private final AmqpAdmin admin;
  private final BrokerVersion version;
  private final Taker taker;

  @GuardedBy("this")
  private @Nullable Channel channel;

  @GuardedBy("this")
  private @Nullable Taking taking;

  @GuardedBy("this")
  private boolean stopped;

  Supply(
      WorkerPool pool,
      ConnectionFactory broker,
      AmqpAdmin admin,
      BrokerVersion version,
      Taker taker) {
    this.pool = pool;
    this.broker = broker;
    this.admin = admin;
    this.version = version;
    this.taker = taker;
  }

  /// As [#look], without waiting for the broker.
  void lookSoon() {
    Thread.ofVirtual().name("supply-" + pool.name()).start(this::look);
  }

  /// Takes as many as the pool wants now; waits for the broker.
  synchronized void look() {
    try {
      Channel open = open();
      if (open != null) {
        adapt(open);
      }
    } catch (IOException
        | AmqpException
        | ShutdownSignalException
        // The connection that was just given out: another thread has dropped it.
        | IllegalStateException e) {
      log.debug("the queue of pool {} is tried again: {}", pool.name(), e.toString());
    }
  }

  @GuardedBy("this")
  private @Nullable Channel open() throws IOException {
    Channel open = channel;
    if (open == null || !open.isOpen()) {
      taking = null;
      channel = null;
      open = null;
      if (!stopped) {
        admin.initialize();
        Connection connection = Objects.requireNonNull(broker.createConnection().getDelegate());
        version.met(connection.getServerProperties());
        open = connection.createChannel();
        channel = open;
      }
    }
    return open;
  }

  @GuardedBy("this")
  private void adapt(Channel open) throws IOException {
    Taking now = taking == null || taking.cancelled.get() ? null : taking;
    int has = now == null ? 0 : now.ahead;
    // Asked of each chunk, and of no two counts: between them one may end.
    int others = taker.held(pool, delivery -> isOther(delivery, now));
    boolean takesNone = stopped || pool.problem().isPresent() || taker.rests(pool);
    int wanted = takesNone ? 0 : Math.max(0, pool.size() - others);
    if (wanted == has) {
      return;
    }
    taking = null;
    if (now != null) {
      open.basicCancel(now.getConsumerTag());
    }
    // What the last consumer was given stays here, and counts beside what this one is given.
    int ahead = wanted - (now == null ? 0 : now.out.get());
    if (ahead > 0) {
      Taking next = new Taking(open, ahead);
      open.basicQos(ahead);
      open.basicConsume(Names.pool(pool.name()), false, next);
      taking = next;
    }
  }

  /// Whether a worker has it that the consumer cannot give the next chunk to.
  private static boolean isOther(Delivery delivery, @Nullable Taking now) {
    return !(delivery instanceof OfChannel one && (one.of == now || one.told.get()));
  }

  /// Chunks that wait in the queue, as far as the broker tells; waits for it.
  long waiting() {
    try {
      QueueInformation queue = admin.getQueueInfo(Names.pool(pool.name()));
      return queue == null ? 0 : queue.getMessageCount();
    } catch (AmqpException e) {
      log.debug("the queue of pool {} is looked at again: {}", pool.name(), e.toString());
      return 0;
    }
  }

  WorkerPool pool() {
    return pool;
  }

  /// Takes nothing new; what is here stays here.
  synchronized void stop() {
    stopped = true;
    look();
  }

  /// Gives the broker back what is here.
  synchronized void close() {
    Channel open = channel;
    if (open != null) {
      try {
        open.abort();
      } catch (IOException e) {
        log.debug("a channel was gone before it was closed: {}", e.toString());
      }
    }
  }

  /// One consumer of the queue, with as many chunks as it may have.
  private final class Taking extends DefaultConsumer {
    private final int ahead;
    private final AtomicInteger out = new AtomicInteger();
    private final AtomicBoolean cancelled = new AtomicBoolean();

    Taking(Channel channel, int ahead) {
      super(channel);
      this.ahead = ahead;
    }

    @Override
    public void handleDelivery(
        String tag, Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
      out.incrementAndGet();
      taker.take(pool, new OfChannel(this, envelope), body);
      if (taker.rests(pool)) {
        lookSoon();
      }
    }

    @Override
    public void handleCancel(String tag) {
      gone(); // the queue was deleted
    }

    @Override
    public void handleShutdownSignal(String tag, ShutdownSignalException why) {
      gone();
    }

    private void gone() {
      cancelled.set(true);
      lookSoon();
    }
  }

  /// What the broker waits to hear of a chunk.
  private static final class OfChannel implements Delivery {
    private final Taking of;
    private final Envelope envelope;
    private final AtomicBoolean told = new AtomicBoolean();

    OfChannel(Taking of, Envelope envelope) {
      this.of = of;
      this.envelope = envelope;
    }

    @Override
    public boolean isRedelivered() {
      return envelope.isRedeliver();
    }

    @Override
    public boolean isOpen() {
      return of.getChannel().isOpen();
    }

    @Override
    public void done() {
      if (!told.compareAndSet(false, true)) {
        return;
      }
      of.out.decrementAndGet();
      try {
        of.getChannel().basicAck(envelope.getDeliveryTag(), false);
      } catch (IOException | ShutdownSignalException e) {
        log.debug("a chunk was not acknowledged, and comes again: {}", e.toString());
      }
    }
  }
}
