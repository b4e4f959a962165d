package dev.manyhands.dispatch;

import dev.manyhands.job.Care;
import dev.manyhands.job.Gates;
import dev.manyhands.job.OnFailure;
import dev.manyhands.job.OnWorkerLost;
import dev.manyhands.job.Placement;
import dev.manyhands.job.Retry;
import dev.manyhands.job.Timeouts;
import dev.manyhands.pool.Functions;
import dev.manyhands.pool.Pools;
import dev.manyhands.testkit.ScriptedPool;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/// A dispatcher between a [ScriptedStore] and a [ScriptedPool].
final class ScriptedDispatch implements AutoCloseable {
  final ScriptedStore store = new ScriptedStore();
  final ScriptedPool pool = new ScriptedPool();
  final LimitBook limits = new LimitBook();
  final ResultWriter writer = new ResultWriter(store, List.of(), Duration.ZERO);
  private final LiveJobs live = new LiveJobs(limits);
  private final InputCache inputs = new InputCache(store, 1 << 20);
  final Engine engine =
      new Engine(
          new Performer(
              new Pools(List.of(pool), Functions.with(List.of())),
              writer,
              inputs,
              live,
              new RecentJobs(),
              List.of(),
              InstantSource.system(),
              _ -> {}),
          new Looker(inputs, live),
          new Backlog(1 << 20));
  final Capacity capacity = new Capacity(engine);
  final Dispatcher dispatcher = new Dispatcher(engine, InstantSource.system());

  /// Until then nothing runs.
  void start() {
    writer.start();
    look();
  }

  /// Whatever can run now is handed out.
  void look() {
    capacity.resized(pool.name(), pool::size);
  }

  /// A job that is one chunk.
  LiveJob accept(int tasks, OnWorkerLost lost) {
    Care care = new Care(Timeouts.NONE, Retry.NEVER, OnFailure.CONTINUE, lost);
    Placement oneChunk = new Placement(null, null, tasks, Placement.NORMAL_PRIORITY);
    return accept(Jobs.order(tasks, oneChunk, care), 1);
  }

  /// A job of one task that had to be done by then.
  LiveJob acceptLate(Instant deadline) {
    Order order = Jobs.gated(Jobs.order(1), new Gates(null, deadline, null, List.of()));
    return accept(order, 1);
  }

  /// The same job again, as when it was taken from this node meanwhile.
  LiveJob acceptAnew(LiveJob old) {
    Order was = old.order;
    return accept(new Order(was.job(), was.pool(), was.blocks(), was.done()), old.epoch + 1);
  }

  private LiveJob accept(Order order, long epoch) {
    LiveJob job = new LiveJob(order, epoch, null, false, new TailRoom(TailRoom.MAX_BYTES));
    live.add(job);
    dispatcher.accept(order);
    return job;
  }

  @Override
  public void close() {
    engine.close();
    writer.close();
  }
}
