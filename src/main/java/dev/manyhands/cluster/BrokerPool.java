package dev.manyhands.cluster;

import dev.manyhands.job.Chunk;
import dev.manyhands.job.Outcome;
import dev.manyhands.job.Outcomes;
import dev.manyhands.job.TaskError;
import dev.manyhands.pool.ChunkSink;
import dev.manyhands.pool.PoolKind;
import dev.manyhands.pool.WorkerPool;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// A pool whose workers are those of the worker nodes: chunks go out by a queue of the broker,
/// which all owners share, and outcomes come back by a queue of this node.
///
/// It sends nothing twice. A chunk that is lost ends without outcomes, whereupon the scheduler
/// hands out again what is open, under a new token; what still comes under the old one is dropped.
/// To wait is not to be lost: silence counts only while there is a broker, and only of a chunk that
/// has left the queue, as a [Probe] finds out.
final class BrokerPool implements WorkerPool {
  private static final SecureRandom RANDOM = new SecureRandom();

  /// What the pools of a node share.
  record Shared(String node, ClusterSettings settings, HeardNodes nodes, Post post) {}

  private final String name;
  private final PoolKind kind;
  private final Shared shared;
  private final Map<String, InFlight> byToken = new ConcurrentHashMap<>();
  private final Map<Long, InFlight> byChunk = new ConcurrentHashMap<>();

  private volatile int most = Integer.MAX_VALUE;
  private volatile int slots;
  private volatile boolean brokerAway = true;
  private volatile boolean closed;
  private volatile @Nullable Runnable hearer;

  private final QueueLook look;
  private final Packing packing;

  BrokerPool(String name, PoolKind kind, Shared shared) {
    this.name = name;
    this.kind = kind;
    this.shared = shared;
    this.look = new QueueLook(name, shared);
    this.packing = new Packing(shared);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public PoolKind kind() {
    return kind;
  }

  @Override
  public int size() {
    return Math.min(most, slots);
  }

  @Override
  public int busy() {
    return byToken.size();
  }

  @Override
  public Optional<String> problem() {
    if (brokerAway) {
      return Optional.of("the message broker does not answer");
    }
    return slots == 0 ? Optional.of(noWorkers()) : Optional.empty();
  }

  private String noWorkers() {
    return shared
        .nodes()
        .otherVersion(shared.settings().patience(), System.nanoTime())
        .map(version ->
            "no worker node serves it whose messages are of version "
                + Parts.VERSION
                + "; there is a node of version "
                + version)
        .orElse("no worker node serves it");
  }

  @Override
  public void onChange(Runnable newHearer) {
    hearer = newHearer;
  }

  @Override
  public boolean offer(Chunk chunk, ChunkSink sink) {
    String token = token();
    InFlight flight = new InFlight(chunk, sink, token, name, System.nanoTime());
    synchronized (this) {
      if (closed || problem().isPresent() || byToken.size() >= size()) {
        return false;
      }
      byToken.put(token, flight);
      byChunk.put(chunk.id(), flight);
    }
    // Reads the inputs, perhaps from disk, and waits for the broker.
    Thread.ofVirtual().name("send-" + name).start(() -> send(flight));
    return true;
  }

  private static String token() {
    byte[] bytes = new byte[16];
    RANDOM.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  private void send(InFlight flight) {
    byte[] body;
    try {
      body = packing.pack(flight);
    } catch (RuntimeException e) {
      end(flight);
      throw e;
    }
    if (body.length > packing.most()) {
      fail(flight, Outcome.FAILED, packing.tooLarge(body.length));
      return;
    }
    switch (shared.post().send(Names.pool(name), body)) {
      case KEPT -> flight.queued(System.nanoTime());
      case REFUSED, UNSENT -> {
        rest();
        withdraw(flight);
      }
      case UNKNOWN -> {
        rest();
        if (flight.chunk().call().once()) {
          withdraw(flight);
        } else {
          flight.sent(System.nanoTime());
        }
      }
    }
  }

  private void withdraw(InFlight flight) {
    if (flight.withdraw()) {
      end(flight);
    }
    // Else the message has arrived after all.
  }

  /// What one message met the next would meet too: nothing is sent until the next heartbeat.
  private void rest() {
    brokerAway = true;
    changed();
  }

  /// Told once, as well as it goes: what is not cut ends by itself.
  @Override
  public void cut(long chunkId) {
    InFlight flight = byChunk.get(chunkId);
    if (flight != null) {
      byte[] cut = new Cut(flight.token()).write();
      Thread.ofVirtual().name("cut").start(() -> shared.post().tellAll(cut));
    }
  }

  @Override
  public void cancel(long chunkId) {
    cancel(chunkId, Cancel.WHOLE);
  }

  @Override
  public void cancel(long chunkId, int index) {
    InFlight flight = byChunk.get(chunkId);
    if (flight != null) {
      flight.cancel(index);
      Cancel cancel = new Cancel(flight.token(), index);
      Thread.ofVirtual().name("cancel").start(() -> shared.post().tellAll(cancel.write()));
    }
  }

  /// At most so many chunks of each owner are out at once, however many workers the nodes have.
  @Override
  public void resize(int size) {
    Resize resize = new Resize(name, size);
    resized(resize);
    shared.post().tellAll(resize.write());
  }

  /// Here, or at another owner.
  void resized(Resize resize) {
    if (resize.pool().equals(name)) {
      most = resize.size();
      changed();
    }
  }

  /// A node wants to run a chunk that may run only once.
  ///
  /// @return who may; none if the token is of no chunk of this pool
  Optional<Grant> claimed(Claim claim) {
    InFlight flight = byToken.get(claim.token());
    return flight == null
        ? Optional.empty()
        : flight.claim(claim.by(), System.nanoTime()).map(by -> new Grant(claim.token(), by));
  }

  /// Whether the chunk of this token is out.
  boolean isOut(String token) {
    return byToken.containsKey(token);
  }

  /// Something came to this node's queue.
  ///
  /// @return how many tasks were told; none if the token is of no chunk of this pool
  Optional<Integer> answered(OutcomeMessage message) {
    long now = System.nanoTime();
    if (message.kind() == OutcomeMessage.Kind.PASSED) {
      return passed(message.token(), now);
    }
    InFlight flight = byToken.get(message.token());
    if (flight == null) {
      return Optional.empty();
    }
    if (message.kind() == OutcomeMessage.Kind.UNREAD) {
      withdraw(flight);
      return Optional.of(0);
    }
    if (message.kind() == OutcomeMessage.Kind.RETURNED) {
      flight.returned(now);
      return Optional.of(0);
    }
    flight.held(now);
    Outcomes outcomes = message.outcomes();
    int told = outcomes == null ? 0 : flight.tell(outcomes);
    if (outcomes == null || flight.open().isEmpty()) {
      end(flight);
    }
    return Optional.of(told);
  }

  private Optional<Integer> passed(String token, long now) {
    Optional<Long> sent = look.passed(token);
    sent.ifPresent(sentNanos -> byToken.values().forEach(one -> one.passed(sentNanos, now)));
    return sent.map(_ -> 0);
  }

  /// A node got the chunk that cannot read it.
  ///
  /// @return false if the token is of no chunk of this pool
  boolean unread(String token) {
    InFlight flight = byToken.get(token);
    if (flight == null) {
      return false;
    }
    withdraw(flight);
    return true;
  }

  /// The broker gave the chunk up: it cost too many nodes, or a node refused it.
  void died(String token, boolean mayHaveRun) {
    InFlight flight = byToken.get(token);
    if (flight != null && mayHaveRun) {
      flight.returned(System.nanoTime());
      lose(flight);
    } else if (flight != null) {
      end(flight);
    }
  }

  /// A living node says what it has.
  void heard(Announcement said, long nowNanos) {
    look(false);
    for (String token : said.held()) {
      InFlight flight = byToken.get(token);
      if (flight != null) {
        flight.held(nowNanos);
      }
    }
  }

  /// Time has passed: gives up what nobody has, and repeats what may have been missed.
  ///
  /// @param isAway whether the broker does not answer
  void tick(boolean isAway, long nowNanos) {
    look(isAway);
    if (isAway) {
      return;
    }
    // What a node has that cannot say so yet is not lost.
    boolean isWaiting =
        shared.nodes().isAnyMissing(shared.settings().patienceAfterLoss(), nowNanos);
    boolean isLookDue = false;
    for (InFlight flight : List.copyOf(byToken.values())) {
      if (!isWaiting && flight.isLost(shared.settings(), nowNanos)) {
        // Should it be somewhere all the same, nobody wants it any more.
        shared.post().tellAll(new Cancel(flight.token(), Cancel.WHOLE).write());
        lose(flight);
      } else {
        isLookDue |= flight.isAwaited(shared.settings(), nowNanos);
        flight
            .cancels()
            .forEach(index -> shared.post().tellAll(new Cancel(flight.token(), index).write()));
      }
    }
    if (isLookDue) {
      look.begin(token(), nowNanos);
    }
  }

  private void look(boolean isAway) {
    if (isAway || brokerAway) {
      long nanos = System.nanoTime();
      byToken.values().forEach(flight -> flight.waitAnew(nanos));
      look.giveUp();
    }
    int now = shared.nodes().slots(name);
    if (now != slots || isAway != brokerAway) {
      slots = now;
      brokerAway = isAway;
      changed();
    }
  }

  private void changed() {
    Runnable told = hearer;
    if (told != null) {
      told.run();
    }
  }

  private void fail(InFlight flight, Outcome outcome, TaskError error) {
    for (int[] run : flight.open()) {
      flight.tell(Failed.all(run[0], run[1], outcome, error, name + "-none"));
    }
    end(flight);
  }

  private void end(InFlight flight) {
    forget(flight);
    flight.end();
  }

  private void lose(InFlight flight) {
    forget(flight);
    flight.lose();
  }

  private void forget(InFlight flight) {
    byToken.remove(flight.token());
    byChunk.remove(flight.chunk().id());
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    for (InFlight flight : List.copyOf(byToken.values())) {
      shared.post().tellAll(new Cancel(flight.token(), Cancel.WHOLE).write());
      if (flight.chunk().call().once()) {
        lose(flight);
      } else {
        end(flight);
      }
    }
  }
}
