package dev.manyhands.dispatch;

import dev.manyhands.dispatch.LimitService.LimitView;
import dev.manyhands.job.Limit;
import java.util.function.IntSupplier;

/// What pools and limits have room for, as the scheduler hears of it and tells of it. Safe for use
/// by several threads.
final class Capacity {
  private final Engine engine;

  Capacity(Engine engine) {
    this.engine = engine;
  }

  /// The pool can have another number of chunks from now on.
  ///
  /// @param most looked at when the scheduler hears of it, so that the last look counts
  void resized(String pool, IntSupplier most) {
    engine.bring((scheduler, now) -> scheduler.pool(pool, most.getAsInt(), now));
  }

  /// Tasks that wait for a worker of the pool.
  long pending(String pool) {
    return engine.ask((scheduler, now) -> scheduler.pending(pool));
  }

  /// A limit is there, or is otherwise, from now on.
  void limit(Limit limit) {
    engine.bring((scheduler, now) -> scheduler.limit(limit, now));
  }

  void limitRemoved(String name) {
    engine.bring((scheduler, now) -> scheduler.limitRemoved(name, now));
  }

  /// How a limit stands.
  LimitView view(Limit limit) {
    return engine.ask((scheduler, now) -> scheduler.view(limit, now));
  }
}
