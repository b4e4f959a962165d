package dev.manyhands.cluster;

import dev.manyhands.pool.Pools;
import dev.manyhands.pool.WorkerPool;
import dev.manyhands.security.AllowedKinds;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.stream.Collectors;
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

  /// For what is given back at a stop to reach the broker.
  private static final Duration LAST_WORDS = Duration.ofSeconds(2);

  private final HeardNodes nodes;
  private final Pools pools;
  private final ClusterSettings settings;
  private final Dropped dropped;
  private final Outbox outbox;
  private final Claims claims;
  private final Fetches fetches;
  private final WayIn wayIn;
  private final AtomicLong lastChunk = new AtomicLong();
  private final HeldChunks held = new HeldChunks();
  private final Stays stays = new Stays(held);
  private final CalledBack calledBack = new CalledBack();

  /// Until when nothing is taken for a pool, by its name.
  private final Map<String, Long> rests = new ConcurrentHashMap<>();

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
    this.dropped = dropped;
    this.outbox = new Outbox(post, nodes);
    this.claims = new Claims(nodes, outbox);
    this.fetches = new Fetches(nodes, outbox, dropped);
    this.wayIn = new WayIn(held, calledBack, allowed, claims, fetches);
  }

  /// Workers by pool: none where it is degraded, or the node stops.
  Map<String, Integer> slots() {
    return pools.all().stream()
        .collect(
            Collectors.toMap(
                WorkerPool::name,
                pool -> wayIn.isLeaving() || pool.problem().isPresent() ? 0 : pool.size()));
  }

  /// Tokens of the chunks that are here.
  List<String> held() {
    return held.tokens();
  }

  @Override
  public int held(WorkerPool pool, Predicate<Delivery> how) {
    return held.count(pool, how);
  }

  @Override
  public boolean rests(WorkerPool pool) {
    Long until = rests.get(pool.name());
    return until != null && System.nanoTime() - until < 0;
  }

  /// Inputs that this node has asked for come here.
  Fetches fetches() {
    return fetches;
  }

  /// How long what is here keeps its workers.
  Stays stays() {
    return stays;
  }

  /// A pool is well again, or not.
  void poolChanged() {
    wayIn.changed();
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
    Optional<Held> here = held.of(told.token());
    if (here.isPresent()) {
      here.get().again(delivery);
    } else if (delivery.isRedelivered() && !told.call().once()) {
      tell(told.owner(), told.token(), OutcomeMessage.Kind.RETURNED, delivery);
    } else {
      takeNew(pool, delivery, told);
    }
  }

  private void takeNew(WorkerPool pool, Delivery delivery, ChunkMessage told) {
    long number = lastChunk.incrementAndGet();
    Replies replies =
        new Replies(
            told.token(),
            told.owner(),
            nodes.self(),
            settings.pieceBytes(),
            outbox,
            () -> held.done(told.token()));
    held.add(told.token(), new Held(pool, number, told.call().once(), replies, delivery));
    wayIn.begin(new WayIn.Newcomer(pool, told, number, replies));
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

  @Override
  public void cancelled(Cancel cancel) {
    calledBack.add(cancel);
    wayIn.cancel(cancel);
  }

  @Override
  public void cut(Cut cut) {
    calledBack.add(cut);
    held.of(cut.token()).filter(Held::hasBegun).ifPresent(one -> one.pool().cut(one.chunk()));
  }

  @Override
  public void granted(Grant grant) {
    claims.answered(grant);
  }

  /// This node has no worker any more for anything new.
  void leave() {
    wayIn.leave();
  }

  /// Lets what is here end, for as long as the grace is; then gives back what may run again.
  /// Whatever may not is left to be missed: it may have run.
  void drain() {
    try {
      held.awaitNone(settings.grace());
      held.all().stream().filter(one -> !one.once()).forEach(one -> one.replies().giveBack());
      held.awaitNone(LAST_WORDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    outbox.close();
  }
}
