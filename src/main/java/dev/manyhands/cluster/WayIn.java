package dev.manyhands.cluster;

import dev.manyhands.job.Chunk;
import dev.manyhands.job.JsonLines;
import dev.manyhands.job.Outcome;
import dev.manyhands.job.Outcomes;
import dev.manyhands.job.TaskError;
import dev.manyhands.pool.ChunkSink;
import dev.manyhands.pool.WorkerPool;
import dev.manyhands.security.AllowedKinds;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The way of a chunk from its delivery to a worker of its pool.
///
/// ```
/// delivered -> claimed, if it may run only once -> its input is here -> a worker has it
///                 |                                  |                  |
///                 `-> another node's, or nobody's    `------------------`-> given back
/// ```
final class WayIn {
  private static final Logger log = LoggerFactory.getLogger(WayIn.class);

  /// For which a chunk that was cut in its queue has its worker: if it came back without having run
  /// anything, it might never run.
  private static final long TURN_MILLIS = 20;

  private static final Duration OFFER_PATIENCE = Duration.ofSeconds(20);

  /// A chunk on its way.
  ///
  /// @param number of it in its pool
  record Newcomer(WorkerPool pool, ChunkMessage told, long number, Replies replies) {
    Chunk chunk(Supplier<JsonLines> inputs) {
      return told.chunk(number, inputs);
    }
  }

  private final HeldChunks held;
  private final CalledBack calledBack;
  private final AllowedKinds allowed;
  private final Claims claims;
  private final Fetches fetches;

  /// Workers that are free, pools that are well again, chunks that are called back.
  private final Changes changes = new Changes();

  private final Executor afterTurn =
      CompletableFuture.delayedExecutor(TURN_MILLIS, TimeUnit.MILLISECONDS);

  private volatile boolean leaving;

  WayIn(
      HeldChunks held,
      CalledBack calledBack,
      AllowedKinds allowed,
      Claims claims,
      Fetches fetches) {
    this.held = held;
    this.calledBack = calledBack;
    this.allowed = allowed;
    this.claims = claims;
    this.fetches = fetches;
  }

  /// Something may be otherwise for those who wait for a worker.
  void changed() {
    changes.tell();
  }

  /// Nothing gets a worker any more.
  void leave() {
    leaving = true;
    changed();
  }

  boolean isLeaving() {
    return leaving;
  }

  /// Returns at once.
  void begin(Newcomer newcomer) {
    Thread.ofVirtual().name("take-" + newcomer.pool().name()).start(() -> bring(newcomer));
  }

  private void bring(Newcomer newcomer) {
    try {
      if (newcomer.told().call().once() && !isGranted(newcomer)) {
        return;
      }
      @Nullable String refusal = allowed.refusal(newcomer.told().call().function()).orElse(null);
      if (refusal != null) {
        refuse(newcomer, refusal);
        return;
      }
      Chunk chunk = isCancelled(newcomer) ? null : here(newcomer);
      if (chunk == null || !isOffered(newcomer, chunk)) {
        newcomer.replies().giveBack();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      log.error("a chunk is given back after a mistake of this node's own", e);
      newcomer.replies().giveBack();
    }
  }

  /// Until its owner has said that this node may run it, nothing may be told of it: another node
  /// may.
  private boolean isGranted(Newcomer newcomer) throws InterruptedException {
    String token = newcomer.told().token();
    return switch (claims.ask(newcomer.told().owner(), token, this::isLeaving)) {
      case GRANTED -> true;
      case REFUSED -> {
        held.done(token);
        yield false;
      }
      // The broker gives it to another node when this one is gone.
      case NONE -> {
        held.leave(token);
        yield false;
      }
    };
  }

  private void refuse(Newcomer newcomer, String refusal) {
    Chunk chunk = newcomer.chunk(() -> JsonLines.NONE);
    TaskError error = TaskError.function("NotAllowed", "at its worker node: " + refusal, null);
    Outcomes failed =
        Failed.all(chunk.first(), chunk.count(), Outcome.FAILED, error, newcomer.pool().name());
    newcomer.replies().outcomes(chunk, failed);
    newcomer.replies().ended(chunk);
  }

  private boolean isCancelled(Newcomer newcomer) {
    return calledBack.isCancelled(newcomer.told().token());
  }

  private boolean isCalledOff(Newcomer newcomer) {
    return leaving || isCancelled(newcomer);
  }

  /// With its inputs; none if they do not come.
  private @Nullable Chunk here(Newcomer newcomer) throws InterruptedException {
    ChunkMessage told = newcomer.told();
    if (told.away() == 0) {
      return newcomer.chunk(told::inputs);
    }
    Optional<JsonLines> input =
        fetches.fetch(told.owner(), told.token(), told.away(), () -> isCalledOff(newcomer));
    return input.map(one -> newcomer.chunk(() -> one)).orElse(null);
  }

  /// There is a worker, or soon will be, since no more is taken than the pool has.
  private boolean isOffered(Newcomer newcomer, Chunk chunk) throws InterruptedException {
    String token = newcomer.told().token();
    WorkerPool pool = newcomer.pool();
    ChunkSink sink = new Told(newcomer.replies());
    long end = System.nanoTime() + OFFER_PATIENCE.toNanos();
    for (long seen = changes.seen(); !pool.offer(chunk, sink); seen = changes.seen()) {
      if (isCalledOff(newcomer) || System.nanoTime() - end > 0) {
        return false;
      }
      changes.await(seen, end);
    }
    held.of(token).ifPresent(one -> one.begun(chunk.count() > 1, System.nanoTime()));
    calledBack.cancel(token).ifPresent(this::cancel); // it came between
    if (calledBack.isCut(token)) {
      afterTurn.execute(() -> pool.cut(chunk.id()));
    }
    return true;
  }

  /// What is called back does not begin, or is ended.
  void cancel(Cancel cancel) {
    changed();
    Held here = held.of(cancel.token()).orElse(null);
    if (here != null && cancel.index() == Cancel.WHOLE) {
      here.pool().cancel(here.chunk());
    } else if (here != null) {
      here.pool().cancel(here.chunk(), cancel.index());
    }
  }

  /// Whoever waits for a worker hears that one is free.
  private final class Told implements ChunkSink {
    private final Replies replies;

    Told(Replies replies) {
      this.replies = replies;
    }

    @Override
    public void outcomes(Chunk chunk, Outcomes outcomes) {
      replies.outcomes(chunk, outcomes);
    }

    @Override
    public void ended(Chunk chunk) {
      changed();
      replies.ended(chunk);
    }
  }
}
