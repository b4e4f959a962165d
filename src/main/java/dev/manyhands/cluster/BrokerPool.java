package dev.manyhands.cluster;

import dev.manyhands.job.Chunk;
import dev.manyhands.pool.ChunkSink;
import dev.manyhands.pool.PoolKind;
import dev.manyhands.pool.WorkerPool;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A pool whose workers are those of the worker nodes: chunks go out by a queue of the broker,
/// which all owners share, and outcomes come back by a queue of this node.
///
/// It sends nothing twice. A chunk that is lost ends without outcomes, whereupon the scheduler
/// hands out again what is open, under a new token; what still comes under the old one is dropped.
/// To wait is not to be lost: silence counts only while there is a broker, and only of a chunk that
/// has left the queue, as a [Probe] finds out.
final class BrokerPool implements WorkerPool {
  /// What the pools of a node share.
  record Shared(
      String node, ClusterSettings settings, HeardNodes nodes, Post post, LargeInputs inputs) {
    Shared(String node, ClusterSettings settings, HeardNodes nodes, Post post) {
      this(node, settings, nodes, post, new LargeInputs(post, settings.pieceBytes()));
    }
  }

  private final String name;
  private final PoolKind kind;
  private final Shared shared;
  private final Flights flights = new Flights();
  private final News news;
  private final Sending sending;

  private volatile int most = Integer.MAX_VALUE;
  private volatile int slots;
  private volatile boolean brokerAway = true;
  private volatile boolean closed;
  private volatile @Nullable Runnable hearer;

  BrokerPool(String name, PoolKind kind, Shared shared) {
    this.name = name;
    this.kind = kind;
    this.shared = shared;
    this.news = new News(name, shared, flights);
    this.sending = new Sending(name, shared, flights, this::rest);
  }

  /// What is heard of its chunks.
  News news() {
    return news;
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
    return flights.size();
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
    InFlight flight;
    synchronized (this) {
      if (closed || problem().isPresent() || flights.size() >= size()) {
        return false;
      }
      flight = flights.begin(chunk, sink, name);
    }
    sending.begin(flight);
    return true;
  }

  /// What one message met the next would meet too: nothing is sent until the next heartbeat.
  private void rest() {
    brokerAway = true;
    changed();
  }

  /// Told once, as well as it goes: what is not cut ends by itself.
  @Override
  public void cut(long chunkId) {
    flights
        .of(chunkId)
        .map(flight -> new Cut(flight.token()).write())
        .ifPresent(cut -> Thread.ofVirtual().name("cut").start(() -> shared.post().tellAll(cut)));
  }

  @Override
  public void cancel(long chunkId) {
    cancel(chunkId, Cancel.WHOLE);
  }

  @Override
  public void cancel(long chunkId, int index) {
    InFlight flight = flights.of(chunkId).orElse(null);
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

  /// A living node says what it has.
  void heard(Announcement said, long nowNanos) {
    look(false);
    news.heard(said, nowNanos);
  }

  /// Time has passed.
  ///
  /// @param isAway whether the broker does not answer
  void tick(boolean isAway, long nowNanos) {
    look(isAway);
    if (!isAway) {
      news.tick(nowNanos);
    }
  }

  private void look(boolean isAway) {
    if (isAway || brokerAway) {
      news.waitAnew(System.nanoTime());
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

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    for (InFlight flight : flights.all()) {
      shared.post().tellAll(new Cancel(flight.token(), Cancel.WHOLE).write());
      if (flight.chunk().call().once()) {
        flights.lose(flight);
      } else {
        flights.end(flight);
      }
    }
  }
}
