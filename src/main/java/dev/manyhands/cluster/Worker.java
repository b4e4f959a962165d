package dev.manyhands.cluster;

import com.rabbitmq.client.Channel;
import dev.manyhands.job.Chunk;
import dev.manyhands.job.Failure;
import dev.manyhands.job.JsonLines;
import dev.manyhands.job.Outcome;
import dev.manyhands.job.Outcomes;
import dev.manyhands.job.RunTimes;
import dev.manyhands.job.Stint;
import dev.manyhands.job.TaskError;
import dev.manyhands.pool.Pools;
import dev.manyhands.pool.WorkerPool;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.amqp.core.Message;

/// The worker's side: runs chunks of the broker's queues on the pools of this node, and
/// acknowledges each when the broker has its last outcome.
final class Worker implements Events.Hearer {
  private static final Logger log = LoggerFactory.getLogger(Worker.class);

  /// Cancels of chunks that may come yet: cancels are repeated while their chunk is out.
  private static final int MAX_CANCELS = 10_000;

  private static final long OFFER_AGAIN_MILLIS = 50;
  private static final Duration OFFER_PATIENCE = Duration.ofSeconds(20);

  private final String node;
  private final Pools pools;
  private final ClusterSettings settings;
  private final Post post;
  private final AtomicLong lastChunk = new AtomicLong();
  private final Map<String, Job> held = new ConcurrentHashMap<>();
  private final Map<String, Cancel> cancels =
      Collections.synchronizedMap(
          new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Cancel> eldest) {
              return size() > MAX_CANCELS;
            }
          });

  /// A chunk that this node has.
  private record Job(WorkerPool pool, long chunk) {}

  Worker(String node, Pools pools, ClusterSettings settings, Post post) {
    this.node = node;
    this.pools = pools;
    this.settings = settings;
    this.post = post;
  }

  /// Workers by pool: none where it is degraded.
  Map<String, Integer> slots() {
    return pools.all().stream()
        .collect(
            Collectors.toMap(WorkerPool::name, pool -> pool.problem().isEmpty() ? pool.size() : 0));
  }

  List<String> held() {
    return List.copyOf(held.keySet());
  }

  /// A chunk of the queue of this pool; returns at once.
  void take(WorkerPool pool, Message message, Channel channel) {
    Delivery delivery = new Delivery(channel, message.getMessageProperties().getDeliveryTag());
    ChunkMessage told;
    try {
      told = ChunkMessage.read(message.getBody());
    } catch (IllegalArgumentException e) {
      log.warn("a message was dropped that is no chunk: {}", e.getMessage());
      delivery.done();
      return;
    }
    Chunk chunk = told.chunk(lastChunk.incrementAndGet());
    Replies replies =
        new Replies(
            told.token(),
            told.owner(),
            node,
            settings.maxMessage().toBytes(),
            post,
            isKept -> {
              held.remove(told.token());
              if (isKept) {
                delivery.done();
              } else {
                delivery.again();
              }
            });
    if (cancels.containsKey(told.token())) {
      replies.ended(chunk);
    } else if (told.call().once()
        && Boolean.TRUE.equals(message.getMessageProperties().isRedelivered())) {
      replies.outcomes(chunk, mayHaveRun(chunk));
      replies.ended(chunk);
    } else if (held.putIfAbsent(told.token(), new Job(pool, chunk.id())) != null) {
      delivery.done(); // a second copy of what runs here
    } else {
      Thread.ofVirtual()
          .name("take-" + pool.name())
          .start(() -> run(pool, told.token(), chunk, replies, delivery));
    }
  }

  /// The consumer takes no more than the pool has workers, so there is one, or soon will be.
  private void run(WorkerPool pool, String token, Chunk chunk, Replies replies, Delivery delivery) {
    long end = System.nanoTime() + OFFER_PATIENCE.toNanos();
    try {
      while (!pool.offer(chunk, replies)) {
        if (System.nanoTime() > end) {
          held.remove(token);
          delivery.again();
          return;
        }
        Thread.sleep(OFFER_AGAIN_MILLIS);
      }
      Cancel cancel = cancels.get(token);
      if (cancel != null) {
        cancelled(cancel); // it came between
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Outcomes mayHaveRun(Chunk chunk) {
    Instant now = Instant.now();
    TaskError error =
        TaskError.crash(
            "its worker node was lost; it may have run", new TaskError.Exit(null, null, ""));
    List<Failure> failures =
        IntStream.range(chunk.first(), chunk.end())
            .mapToObj(i -> new Failure(i, Outcome.CRASHED, error))
            .toList();
    return new Outcomes(
        chunk.first(),
        JsonLines.of("null\n".repeat(chunk.count())),
        failures,
        RunTimes.of(chunk.count(), 0),
        List.of(),
        new Stint("lost", now, now));
  }

  @Override
  public void announced(Announcement said, long nowNanos) {
    // Workers need to know of no node.
  }

  @Override
  public void cancelled(Cancel cancel) {
    cancels.put(cancel.token(), cancel);
    Job job = held.get(cancel.token());
    if (job != null && cancel.index() == Cancel.WHOLE) {
      job.pool().cancel(job.chunk());
    } else if (job != null) {
      job.pool().cancel(job.chunk(), cancel.index());
    }
  }

  @Override
  public void died(String token, boolean mayHaveRun) {
    // The broker gave up a chunk that is not here.
  }

  @Override
  public void tick(boolean isAway, long nowNanos) {
    // Nothing is waited for here.
  }

  /// What the broker waits to hear of a chunk. When its channel is gone the broker has taken the
  /// chunk back by itself.
  private record Delivery(Channel channel, long tag) {
    void done() {
      tell(() -> channel.basicAck(tag, false));
    }

    void again() {
      tell(() -> channel.basicNack(tag, false, true));
    }

    private void tell(Telling telling) {
      try {
        telling.tell();
      } catch (IOException | RuntimeException e) {
        log.debug("a chunk was not acknowledged, and comes again: {}", e.toString());
      }
    }
  }

  private interface Telling {
    void tell() throws IOException;
  }
}
