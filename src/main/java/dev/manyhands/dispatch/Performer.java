package dev.manyhands.dispatch;

import dev.manyhands.job.Chunk;
import dev.manyhands.job.Job;
import dev.manyhands.job.JobId;
import dev.manyhands.job.JobState;
import dev.manyhands.job.JsonLines;
import dev.manyhands.job.NotBegun;
import dev.manyhands.job.Refusal;
import dev.manyhands.job.Refused;
import dev.manyhands.pool.ChunkSink;
import dev.manyhands.pool.Pools;
import dev.manyhands.pool.WorkerPool;
import dev.manyhands.store.Change;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Does what the scheduler decided, and tells clients what the writer has committed. Never blocks.
final class Performer {
  private static final Logger log = LoggerFactory.getLogger(Performer.class);

  private final Pools pools;
  private final ResultWriter writer;
  private final InputCache inputs;
  private final LiveJobs live;
  private final RecentJobs recent;
  private final List<JobListener> listeners;
  private final InstantSource clock;
  private final OnceOnly onceOnly;

  /// Hears of jobs that are another node's.
  private final Consumer<LiveJob> lost;

  Performer(
      Pools pools,
      ResultWriter writer,
      InputCache inputs,
      LiveJobs live,
      RecentJobs recent,
      List<JobListener> listeners,
      InstantSource clock,
      Consumer<LiveJob> lost) {
    this.pools = pools;
    this.writer = writer;
    this.inputs = inputs;
    this.live = live;
    this.recent = recent;
    this.listeners = List.copyOf(listeners);
    this.clock = clock;
    this.onceOnly = new OnceOnly(writer);
    this.lost = lost;
  }

  /// Whether this very acceptance of a job is live, and not a later one.
  @SuppressWarnings("ReferenceEquality") // another order may say the same
  boolean isLive(Order order) {
    LiveJob job = live.get(order.job().id());
    return job != null && job.order == order;
  }

  /// Hands the chunk to a worker; false if the pool has none, or the job is about to be given up.
  ///
  /// @throws RuntimeException if something went wrong: no worker has it
  boolean hand(Action.Hand hand, ChunkSink sink) {
    if (!writer.mayBegin()) {
      return false;
    }
    Order order = hand.order();
    JobId id = order.job().id();
    LiveJob job = live.get(id);
    if (job == null) {
      throw new IllegalStateException("a chunk of a job that is not live: " + id);
    }
    int block = order.blocks().blockOf(hand.first());
    // What has ended and was not told would have crashed if the service died, and runs no more.
    boolean rerun = order.job().spec().care().onWorkerLost().rerun();
    Chunk chunk =
        new Chunk(
            hand.chunk(),
            job.call(order.blocks().functionOf(hand.first())),
            hand.attempt(),
            hand.first(),
            hand.count(),
            hand.tasks().alone(),
            job.isWatched() || !rerun,
            () -> inputs(id, block, hand));
    Instant now = clock.instant();
    job.started(now);
    WorkerPool pool = pool(hand.pool());
    if (!rerun) {
      onceOnly.hand(job, chunk, pool, sink);
    } else if (!pool.offer(chunk, sink)) {
      return false;
    }
    // A worker has it, whatever becomes of the others who hear of it.
    Mailbox.attempt(() -> {
      Duration waited = job.waited(now);
      listeners.forEach(listener -> listener.handed(hand.pool(), chunk, waited));
    });
    return true;
  }

  /// Asks again whether anything may begin, when the worker is about to: a node that stood still
  /// since the chunk was handed out may have lost the job.
  private JsonLines inputs(JobId id, int block, Action.Hand hand) {
    JsonLines read = inputs.read(id, block, hand.first(), hand.count());
    if (!writer.mayBegin()) {
      throw new NotBegun("this node's lease has run out");
    }
    return read;
  }

  /// @param written hears true when the blocks are committed and clients see them; false if they
  ///   were not taken, since the job is another node's
  void append(Action.Append append, Consumer<Boolean> written) {
    LiveJob job = live.get(append.job());
    if (job == null) {
      throw new IllegalStateException("results of a job that is not live: " + append.job());
    }
    Change.Append change =
        new Change.Append(
            append.job(),
            job.epoch,
            append.blocks(),
            append.standing(),
            job.timeline(append.standing().state(), clock.instant()));
    // Until the job moves on only its readers have to see it; after a crash a task more runs again.
    boolean patient = change.state() == JobState.RUNNING && !job.tail.isFollowed();
    writer.append(
        change,
        patient,
        owned -> {
          try {
            committed(job, change, owned);
          } finally {
            written.accept(owned);
          }
        });
  }

  /// The job is not live any more when that is stored. By then another may be that has its id.
  void remove(Action.Remove remove) {
    LiveJob job = live.get(remove.job());
    writer.remove(
        remove.job(),
        _ -> {
          if (job != null) {
            removed(job);
          }
        });
  }

  private void removed(LiveJob job) {
    if (live.remove(job)) {
      inputs.forget(job.id());
      job.takenBack(
          new Refused(
              new Refusal.NotFound("job", "the job was taken back by its sender: " + job.id())));
      listeners.forEach(listener -> listener.removed(job.job()));
    }
  }

  /// @param then runs when nothing is on its way into the job any more
  void late(Action.Late late, Runnable then) {
    LiveJob job = live.get(late.job());
    if (job != null && job.inflow != null) {
      job.inflow.cutOff("has expired", then);
    }
  }

  void cut(Action.Cut cut) {
    onceOnly.stop(cut.chunk());
    pool(cut.pool()).cut(cut.chunk());
  }

  void stop(Action.Stop stop) {
    onceOnly.stop(stop.chunk());
    pool(stop.pool()).cancel(stop.chunk());
  }

  void stop(Action.StopTask stop) {
    onceOnly.stop(stop.chunk());
    pool(stop.pool()).cancel(stop.chunk(), stop.index());
  }

  /// A worker has given the chunk back, and what it told of it before is on its way into the store:
  /// the note of a chunk that may run only once must not go before its results have come.
  void ended(Chunk chunk) {
    onceOnly.ended(chunk);
  }

  private WorkerPool pool(String name) {
    return pools.get(name).orElseThrow(() -> new IllegalStateException("no such pool: " + name));
  }

  private void committed(LiveJob job, Change.Append append, boolean owned) {
    if (!owned) {
      if (job.moment().removed()) {
        // It ran ahead of its commit and was taken back, perhaps when its last task had ended.
        if (append.state().isTerminal()) {
          removed(job);
        }
        return;
      }
      if (live.get(job.id()) == job) {
        log.error("{} is not this node's any more; its results were not taken.", append.job());
      }
      lost.accept(job);
      return;
    }
    LiveJob.Committed committed = job.committed(append, clock.instant());
    Job now = committed.job();
    try {
      append
          .blocks()
          .forEach(block -> listeners.forEach(l -> l.appended(now, job.order.pool(), block)));
      recent.add(now, append.blocks());
    } finally {
      if (now.state().isTerminal()) {
        live.remove(job);
        inputs.forget(now.id());
      }
      job.tell(committed);
    }
    if (now.state().isTerminal()) {
      listeners.forEach(listener -> listener.ended(now));
    }
  }
}
