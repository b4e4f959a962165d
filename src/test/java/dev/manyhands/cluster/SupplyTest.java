package dev.manyhands.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.manyhands.job.Chunk;
import dev.manyhands.pool.ChunkSink;
import dev.manyhands.pool.PoolKind;
import dev.manyhands.pool.WorkerPool;
import dev.manyhands.testkit.Containers;
import dev.manyhands.testkit.Wait;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.amqp.core.QueueBuilder;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;
import org.springframework.amqp.rabbit.core.RabbitAdmin;
import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.testcontainers.rabbitmq.RabbitMQContainer;

/// What a pool takes of its queue, at a real broker, while its size and its state change.
@ExtendWith(Containers.class)
class SupplyTest {
  private static final int MESSAGES = 10;

  private final SizedPool pool = new SizedPool("supply-" + ProcessHandle.current().pid());
  private final List<Delivery> here = new ArrayList<>();
  private final CachingConnectionFactory broker = broker();
  private final RabbitAdmin admin = new RabbitAdmin(broker);
  private final Supply supply = new Supply(pool, broker, admin, new BrokerVersion(), new Here());

  private volatile boolean rests;

  private final class Here implements Supply.Taker {
    @Override
    public void take(WorkerPool of, Delivery delivery, byte[] body) {
      come(delivery);
    }

    @Override
    public int held(WorkerPool of, Predicate<Delivery> how) {
      return here(how);
    }

    @Override
    public boolean rests(WorkerPool of) {
      return rests;
    }
  }

  private static CachingConnectionFactory broker() {
    RabbitMQContainer server = Containers.rabbit();
    CachingConnectionFactory broker =
        new CachingConnectionFactory(server.getHost(), server.getAmqpPort());
    broker.setUsername(server.getAdminUsername());
    broker.setPassword(server.getAdminPassword());
    return broker;
  }

  private String queue() {
    return Names.pool(pool.name());
  }

  private synchronized void come(Delivery delivery) {
    here.add(delivery);
    notifyAll();
  }

  private synchronized int here() {
    return here.size();
  }

  private synchronized int here(Predicate<Delivery> how) {
    return (int) here.stream().filter(how).count();
  }

  private synchronized Delivery first() {
    return here.getFirst();
  }

  private int consumers() {
    return Objects.requireNonNull(admin.getQueueInfo(queue())).getConsumerCount();
  }

  private void awaitHere(int chunks) {
    Wait.until(this, chunks + " chunks", () -> here.size() >= chunks);
  }

  private void end(int chunks) {
    for (int i = 0; i < chunks; i++) {
      Delivery ended;
      synchronized (this) {
        ended = here.removeFirst();
      }
      ended.done();
    }
  }

  /// All that the broker has still got, once nothing is on its way any more.
  private void awaitLeft(int messages) {
    awaitInQueue(messages);
    assertThat(here()).isEqualTo(MESSAGES - messages);
  }

  private void awaitInQueue(int messages) {
    String queue = queue();
    Wait.untilSeen(
        messages + " chunks are left",
        () -> Objects.requireNonNull(admin.getQueueInfo(queue)).getMessageCount() == messages);
  }

  @BeforeEach
  void aQueueIsFull() {
    String queue = queue();
    admin.declareQueue(QueueBuilder.durable(queue).build());
    RabbitTemplate template = new RabbitTemplate(broker);
    for (int i = 0; i < MESSAGES; i++) {
      template.convertAndSend("", queue, "chunk " + i);
    }
  }

  @AfterEach
  void close() {
    supply.stop();
    supply.close();
    admin.deleteQueue(queue());
    broker.destroy();
  }

  @Test
  void aConnectionThatAnotherThreadDropsMeanwhileIsMadeAgainLater() {
    AtomicBoolean drops = new AtomicBoolean();
    broker.addConnectionListener(_ -> {
      if (drops.get()) {
        broker.resetConnection();
      }
    });
    broker.resetConnection();
    drops.set(true);
    supply.look();
    drops.set(false);

    Wait.untilSeen(
        "it is made again",
        () -> {
          supply.look();
          return here() >= 2;
        });
  }

  @Test
  void aLargerPoolTakesAsManyMoreAsItGrew() {
    supply.look();
    awaitHere(2);
    pool.size = 3;
    supply.look();
    awaitHere(3);
    supply.look();

    awaitLeft(MESSAGES - 3);
  }

  @Test
  void aChunkThatTheBrokerForgetsThisMomentTakesNobodysWorker() {
    supply.look();
    awaitHere(2);
    first().done(); // and is held still
    awaitHere(3);
    supply.look();

    assertThat(consumers()).as("the pool goes on taking").isEqualTo(1);
  }

  @Test
  void norDoesOneOfAnEarlierConsumer() {
    supply.look();
    awaitHere(2);
    pool.size = 3;
    supply.look();
    awaitHere(3);
    first().done();
    supply.look();
    awaitHere(4);
    supply.look();

    assertThat(consumers()).as("the pool goes on taking").isEqualTo(1);
  }

  @Test
  void aDegradedPoolKeepsWhatItHasAndTakesNothing() {
    supply.look();
    awaitHere(2);
    pool.problem = Optional.of("no Python");
    supply.look();
    assertThat(consumers()).as("it takes nothing").isZero();
    end(1);
    pool.problem = Optional.empty();
    supply.look();
    awaitHere(2);
    supply.look();

    awaitInQueue(MESSAGES - 3);
    assertThat(here()).isEqualTo(2);
  }

  @Test
  void aQueueThatWasDeletedIsServedAgainWhenItIsThere() {
    supply.look();
    awaitHere(2);
    admin.deleteQueue(queue());
    end(2);
    aQueueIsFull();

    Wait.untilSeen(
        "it is served again",
        () -> {
          supply.look();
          return here() == 2;
        });
    awaitLeft(MESSAGES - 2);
  }

  @Test
  void whoRestsTakesNothingUntilItIsOver() {
    supply.look();
    awaitHere(2);
    rests = true;
    supply.look();
    assertThat(consumers()).isZero();
    end(2);
    assertThat(here()).isZero();
    rests = false;
    supply.look();
    awaitHere(2);
    supply.look();

    awaitInQueue(MESSAGES - 4);
    assertThat(here()).isEqualTo(2);
  }

  private static final class SizedPool implements WorkerPool {
    private final String name;
    private volatile int size = 2;
    private volatile Optional<String> problem = Optional.empty();

    SizedPool(String name) {
      this.name = name;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public PoolKind kind() {
      return PoolKind.THREADS;
    }

    @Override
    public int size() {
      return size;
    }

    @Override
    public int busy() {
      return 0;
    }

    @Override
    public Optional<String> problem() {
      return problem;
    }

    @Override
    public void onChange(Runnable hearer) {
      // The test looks itself.
    }

    @Override
    public boolean offer(Chunk chunk, ChunkSink sink) {
      throw new UnsupportedOperationException("nothing is run");
    }

    @Override
    public void cut(long chunkId) {
      throw new UnsupportedOperationException("nothing is run");
    }

    @Override
    public void cancel(long chunkId) {
      throw new UnsupportedOperationException("nothing is run");
    }

    @Override
    public void cancel(long chunkId, int index) {
      throw new UnsupportedOperationException("nothing is run");
    }

    @Override
    public void resize(int newSize) {
      size = newSize;
    }

    @Override
    public void close() {
      // Nothing runs.
    }
  }
}
