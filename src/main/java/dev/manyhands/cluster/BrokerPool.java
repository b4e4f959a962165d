package dev.manyhands.cluster;

import dev.manyhands.job.Chunk;
import dev.manyhands.job.Failure;
import dev.manyhands.job.JsonLines;
import dev.manyhands.job.Outcome;
import dev.manyhands.job.Outcomes;
import dev.manyhands.job.RunTimes;
import dev.manyhands.job.Stint;
import dev.manyhands.job.TaskError;
import dev.manyhands.pool.ChunkSink;
import dev.manyhands.pool.PoolKind;
import dev.manyhands.pool.WorkerPool;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// A pool whose workers are those of the worker nodes: chunks go out by a queue of the broker,
/// which all owners share, and outcomes come back by a queue of this node.
///
/// It sends nothing twice. A chunk that is lost ends without outcomes, whereupon the scheduler
/// hands out again what is open, under a new token; what still comes under the old one is dropped.
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

  BrokerPool(String name, PoolKind kind, Shared shared) {
    this.name = name;
    this.kind = kind;
    this.shared = shared;
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
    return slots == 0 ? Optional.of("no worker node serves it") : Optional.empty();
  }

  @Override
  public void onChange(Runnable newHearer) {
    hearer = newHearer;
  }

  @Override
  public boolean offer(Chunk chunk, ChunkSink sink) {
    String token = token();
    InFlight flight = new InFlight(chunk, sink, token, System.nanoTime());
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
    Chunk chunk = flight.chunk();
    byte[] body;
    try {
      JsonLines inputs = chunk.inputs().get();
      body =
          new ChunkMessage(
                  flight.token(),
                  shared.node(),
                  chunk.call(),
                  chunk.attempt(),
                  chunk.first(),
                  chunk.alone(),
                  inputs)
              .write();
    } catch (RuntimeException e) {
      end(flight);
      throw e;
    }
    if (body.length > shared.settings().maxMessage().toBytes()) {
      fail(flight, Outcome.FAILED, tooLarge(body.length));
      return;
    }
    Duration living = shared.settings().lostAfter();
    switch (shared.post().send(Names.pool(name), body, living)) {
      case KEPT -> flight.heard(System.nanoTime());
      case REFUSED -> {
        rest();
        end(flight);
      }
      case UNKNOWN -> {
        rest();
        if (!chunk.call().once()) {
          end(flight);
        }
        // Else it may run: silence will tell.
      }
    }
  }

  /// What one message met the next would meet too: nothing is sent until the next heartbeat.
  private void rest() {
    brokerAway = true;
    changed();
  }

  private TaskError tooLarge(int bytes) {
    return TaskError.result(
        "expected a chunk whose function and inputs are at most "
            + shared.settings().maxMessage().toBytes()
            + " bytes together (manyhands.cluster.max-message), got "
            + bytes);
  }

  /// No worker node can be told.
  @Override
  public void cut(long chunkId) {}

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

  /// At most so many chunks are out at once, however many workers the nodes have.
  @Override
  public void resize(int size) {
    if (size < 1) {
      throw new IllegalArgumentException("expected 1 or more workers, got: " + size);
    }
    most = size;
    changed();
  }

  /// Something came to this node's queue.
  ///
  /// @return how many tasks were told; none if the token is of no chunk of this pool
  Optional<Integer> answered(OutcomeMessage message) {
    InFlight flight = byToken.get(message.token());
    if (flight == null) {
      return Optional.empty();
    }
    flight.heard(System.nanoTime());
    Outcomes outcomes = message.outcomes();
    int told = outcomes == null ? 0 : flight.tell(outcomes);
    if (outcomes == null || flight.open().isEmpty()) {
      end(flight);
    }
    return Optional.of(told);
  }

  /// The broker gave the chunk up: it waited too long, or cost too many workers.
  void died(String token, boolean mayHaveRun) {
    InFlight flight = byToken.get(token);
    if (flight == null) {
      return;
    }
    if (mayHaveRun && (flight.chunk().call().once() || flight.chunk().count() == 1)) {
      fail(flight, Outcome.CRASHED, lost());
    } else {
      end(flight);
    }
  }

  /// A living node says what it has.
  void heard(Announcement said, long nowNanos) {
    for (String token : said.held()) {
      InFlight flight = byToken.get(token);
      if (flight != null) {
        flight.heard(nowNanos);
      }
    }
    look(false);
  }

  /// Time has passed: gives up what nobody has, and repeats what may have been missed.
  ///
  /// @param isAway whether the broker does not answer
  void tick(boolean isAway, long nowNanos) {
    look(isAway);
    for (InFlight flight : List.copyOf(byToken.values())) {
      if (flight.silentNanos(nowNanos) > shared.settings().lostAfter().toNanos()) {
        if (flight.chunk().call().once()) {
          fail(flight, Outcome.CRASHED, lost());
        } else {
          end(flight);
        }
      } else if (!isAway) {
        flight
            .cancels()
            .forEach(index -> shared.post().tellAll(new Cancel(flight.token(), index).write()));
      }
    }
  }

  private void look(boolean isAway) {
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

  private static TaskError lost() {
    return TaskError.crash(
        "its worker node was lost; it may have run", new TaskError.Exit(null, null, ""));
  }

  private void fail(InFlight flight, Outcome outcome, TaskError error) {
    for (int[] run : flight.open()) {
      flight.tell(failed(run[0], run[1], outcome, error));
    }
    end(flight);
  }

  private Outcomes failed(int first, int count, Outcome outcome, TaskError error) {
    Instant now = Instant.now();
    List<Failure> failures = new ArrayList<>();
    IntStream.range(first, first + count)
        .forEach(i -> failures.add(new Failure(i, outcome, error)));
    String nulls = IntStream.range(0, count).mapToObj(_ -> "null\n").collect(Collectors.joining());
    return new Outcomes(
        first,
        JsonLines.of(nulls),
        failures,
        RunTimes.of(count, 0),
        List.of(),
        new Stint(name + "-lost", now, now));
  }

  private void end(InFlight flight) {
    byToken.remove(flight.token());
    byChunk.remove(flight.chunk().id());
    flight.close();
    flight.leave();
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    for (InFlight flight : List.copyOf(byToken.values())) {
      shared.post().tellAll(new Cancel(flight.token(), Cancel.WHOLE).write());
      if (flight.chunk().call().once()) {
        fail(flight, Outcome.CRASHED, lost());
      } else {
        end(flight);
      }
    }
  }
}
