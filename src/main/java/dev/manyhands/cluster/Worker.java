package dev.manyhands.cluster;

import dev.manyhands.job.Chunk;
import dev.manyhands.job.Outcome;
import dev.manyhands.job.TaskError;
import dev.manyhands.pool.Pools;
import dev.manyhands.pool.WorkerPool;
import dev.manyhands.security.AllowedKinds;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The worker's side: runs chunks of the broker's queues on the pools of this node, and
/// acknowledges each when the broker has its last outcome.
///
/// A chunk that the broker gives out a second time may still run where it went first. So a node
/// runs it only if it has never been given out before; it tells the owner of all others, who hears
/// from every node what it has. Messages may also come twice without a word: where a second run is
/// forbidden, a node asks the owner first.
final class Worker implements Events.Hearer, Supply.Taker {
  private static final Logger log = LoggerFactory.getLogger(Worker.class);

  /// Bytes of one message of outcomes, of which an owner has many before it at once.
  private static final int MAX_MESSAGE = 1 << 20;

  private static final long OFFER_AGAIN_MILLIS = 50;

  /// For which a chunk that was cut in its queue has its worker: if it came back without having run
  /// anything, it might never run.
  private static final long TURN_MILLIS = 20;

  private static final Duration OFFER_PATIENCE = Duration.ofSeconds(20);

  /// For what is given back at a stop to reach the broker.
  private static final Duration LAST_WORDS = Duration.ofSeconds(2);

  private final HeardNodes nodes;
  private final Pools pools;
  private final ClusterSettings settings;
  private final AllowedKinds allowed;
  private final Dropped dropped;
  private final Outbox outbox;
  private final Claims claims;
  private final AtomicLong lastChunk = new AtomicLong();
  private final Map<String, Held> held = new ConcurrentHashMap<>();
  private final CalledBack calledBack = new CalledBack();

  /// Until when nothing is taken for a pool, by its name.
  private final Map<String, Long> rests = new ConcurrentHashMap<>();

  private volatile boolean leaving;

  Worker(
      HeardNodes nodes,
      Pools pools,
      ClusterSettings settings,
      Post post,
      AllowedKinds allowed,
      Dropped dropped) {
    this.nodes = nodes;
    this.pools = pools;
    this.settings = settings;
    this.allowed = allowed;
    this.dropped = dropped;
    this.outbox = new Outbox(post, nodes);
    this.claims = new Claims(nodes, outbox);
  }

  /// Workers by pool: none where it is degraded, or the node stops.
  Map<String, Integer> slots() {
    return pools.all().stream()
        .collect(
            Collectors.toMap(
                WorkerPool::name, pool -> leaving || pool.problem().isPresent() ? 0 : pool.size()));
  }

  /// Tokens of the chunks that are here.
  List<String> held() {
    return List.copyOf(held.keySet());
  }

  @Override
  public int held(WorkerPool pool) {
    return (int) held.values().stream().filter(one -> one.pool().equals(pool)).count();
  }

  @Override
  public boolean rests(WorkerPool pool) {
    Long until = rests.get(pool.name());
    return until != null && System.nanoTime() - until < 0;
  }

  /// A message of the queue of this pool, which may be anybody's.
  @Override
  public void take(WorkerPool pool, Delivery delivery, byte[] body) {
    try {
      Parts parts = Parts.read(body, 2);
      Optional<Probe> probe = Probe.of(parts);
      if (probe.isPresent()) {
        tell(probe.get().owner(), probe.get().token(), OutcomeMessage.Kind.PASSED, delivery);
      } else {
        take(pool, delivery, ChunkMessage.of(parts));
      }
    } catch (OtherVersion e) {
      dropped.count(e);
      leave(pool, delivery, e);
    } catch (RuntimeException e) {
      // Whatever it is, it would be no other when it came again.
      dropped.count(e);
      log.warn("a message was dropped that is no chunk: {}", e.getMessage());
      delivery.done();
    }
  }

  /// Of a node of another version. This one takes nothing for a while, so that those which can read
  /// what is in the queue get it, and tells the owner, who hands it out again.
  private void leave(WorkerPool pool, Delivery delivery, OtherVersion chunk) {
    log.warn("a chunk was left to other nodes: {}", chunk.getMessage());
    rests.put(pool.name(), System.nanoTime() + settings.heartbeat().toNanos());
    Optional<String> owner = chunk.text("owner");
    Optional<String> token = chunk.text("token");
    if (owner.isPresent() && token.isPresent()) {
      tell(owner.get(), token.get(), OutcomeMessage.Kind.UNREAD, delivery);
    } else {
      delivery.done();
    }
  }

  private void take(WorkerPool pool, Delivery delivery, ChunkMessage told) {
    Held here = held.get(told.token());
    if (here != null) {
      here.again(delivery);
    } else if (delivery.isRedelivered() && !told.call().once()) {
      tell(told.owner(), told.token(), OutcomeMessage.Kind.RETURNED, delivery);
    } else {
      takeNew(pool, delivery, told);
    }
  }

  private void takeNew(WorkerPool pool, Delivery delivery, ChunkMessage told) {
    Chunk chunk = told.chunk(lastChunk.incrementAndGet());
    Replies replies =
        new Replies(
            told.token(),
            told.owner(),
            nodes.self(),
            (int) Math.min(MAX_MESSAGE, settings.maxMessage().toBytes()),
            outbox,
            () -> done(told.token()));
    held.put(told.token(), new Held(pool, chunk.id(), told.call().once(), replies, delivery));
    if (told.call().once()) {
      Thread.ofVirtual().name("claim").start(() -> claim(pool, told, chunk, replies));
    } else {
      begin(pool, told, chunk, replies);
    }
  }

  /// Until its owner has said that this node may run it, nothing may be told of it: another node
  /// may.
  private void claim(WorkerPool pool, ChunkMessage told, Chunk chunk, Replies replies) {
    try {
      switch (claims.ask(told.owner(), told.token(), () -> leaving)) {
        case GRANTED -> begin(pool, told, chunk, replies);
        case REFUSED -> done(told.token());
        // The broker gives it to another node when this one is gone.
        case NONE -> held.remove(told.token());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void begin(WorkerPool pool, ChunkMessage told, Chunk chunk, Replies replies) {
    if (calledBack.isCancelled(told.token())) {
      replies.giveBack();
      return;
    }
    @Nullable String refusal = allowed.refusal(told.call().function()).orElse(null);
    if (refusal != null) {
      TaskError error = TaskError.function("NotAllowed", "at its worker node: " + refusal, null);
      replies.outcomes(
          chunk, Failed.all(chunk.first(), chunk.count(), Outcome.FAILED, error, pool.name()));
      replies.ended(chunk);
    } else {
      Thread.ofVirtual()
          .name("take-" + pool.name())
          .start(() -> run(pool, told.token(), chunk, replies));
    }
  }

  private void done(String token) {
    Held ended = held.remove(token);
    if (ended != null) {
      ended.done();
    }
  }

  private void tell(String owner, String token, OutcomeMessage.Kind kind, Delivery delivery) {
    byte[] body = OutcomeMessage.of(token, kind).write();
    Thread.ofVirtual()
        .name("tell")
        .start(() -> {
          if (outbox.deliver(owner, body)) {
            delivery.done();
          }
        });
  }

  /// There is a worker, or soon will be, since no more is taken than the pool has. What finds none
  /// goes back to its owner.
  private void run(WorkerPool pool, String token, Chunk chunk, Replies replies) {
    long end = System.nanoTime() + OFFER_PATIENCE.toNanos();
    try {
      while (!pool.offer(chunk, replies)) {
        if (calledBack.isCancelled(token) || leaving || System.nanoTime() > end) {
          replies.giveBack();
          return;
        }
        Thread.sleep(OFFER_AGAIN_MILLIS);
      }
      Held here = held.get(token);
      if (here != null) {
        here.begun();
      }
      calledBack.cancel(token).ifPresent(this::cancelled); // it came between
      if (calledBack.isCut(token)) {
        Thread.sleep(TURN_MILLIS);
        pool.cut(chunk.id());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void announced(Announcement said, long nowNanos) {
    // Workers need to know of no node.
  }

  @Override
  public void cancelled(Cancel cancel) {
    calledBack.add(cancel);
    Held here = held.get(cancel.token());
    if (here != null && cancel.index() == Cancel.WHOLE) {
      here.pool().cancel(here.chunk());
    } else if (here != null) {
      here.pool().cancel(here.chunk(), cancel.index());
    }
  }

  @Override
  public void cut(Cut cut) {
    calledBack.add(cut);
    Held here = held.get(cut.token());
    if (here != null && here.hasBegun()) {
      here.pool().cut(here.chunk());
    }
  }

  @Override
  public void granted(Grant grant) {
    claims.answered(grant);
  }

  @Override
  public void died(String token, boolean mayHaveRun) {
    // The broker gave up a chunk that is not here.
  }

  @Override
  public void resized(Resize resize) {
    // The workers of a node are as many as its settings say.
  }

  @Override
  public void tick(boolean isAway, long nowNanos) {
    // Nothing is waited for here.
  }

  /// This node has no worker any more for anything new.
  void leave() {
    leaving = true;
  }

  /// Lets what is here end, for as long as the grace is; then gives back what may run again.
  /// Whatever may not is left to be missed: it may have run.
  void drain() {
    await(settings.grace());
    held.values().stream().filter(one -> !one.once()).forEach(one -> one.replies().giveBack());
    await(LAST_WORDS);
    outbox.close();
  }

  private void await(Duration most) {
    long end = System.nanoTime() + most.toNanos();
    try {
      while (!held.isEmpty() && System.nanoTime() < end) {
        Thread.sleep(OFFER_AGAIN_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
