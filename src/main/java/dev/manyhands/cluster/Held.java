package dev.manyhands.cluster;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.manyhands.pool.WorkerPool;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A chunk that this node has, from its delivery to the last of its outcomes.
final class Held {
  private final WorkerPool pool;
  private final long chunk;
  private final boolean once;
  private final Replies replies;

  /// Changed under the lock, and read by who may not wait for the broker.
  private volatile Delivery delivery;

  @GuardedBy("this")
  private boolean done;

  private volatile boolean begun;

  /// When the pool got it, as long as it can be cut.
  private volatile @Nullable Long stayingSince;

  /// @param chunk its number in the pool
  /// @param once whether it must not run again once it may have run
  Held(WorkerPool pool, long chunk, boolean once, Replies replies, Delivery delivery) {
    this.pool = pool;
    this.chunk = chunk;
    this.once = once;
    this.replies = replies;
    this.delivery = delivery;
  }

  WorkerPool pool() {
    return pool;
  }

  long chunk() {
    return chunk;
  }

  boolean once() {
    return once;
  }

  Replies replies() {
    return replies;
  }

  /// How it came, at last.
  Delivery delivery() {
    return delivery;
  }

  /// The pool has it.
  ///
  /// @param canBeCut whether it has more than one task
  void begun(boolean canBeCut, long nowNanos) {
    begun = true;
    stayingSince = canBeCut ? nowNanos : null;
  }

  boolean hasBegun() {
    return begun;
  }

  /// Whether it can be cut, and has had its worker for so long.
  boolean isOverstaying(Duration longest, long nowNanos) {
    Long since = stayingSince;
    return since != null && nowNanos - since > longest.toNanos();
  }

  /// It starts nothing more; that is told once.
  void cut() {
    stayingSince = null;
    pool.cut(chunk);
  }

  /// The broker gives it to this node again. If it took the first one back, this one counts from
  /// now on; else it is a second copy.
  synchronized void again(Delivery other) {
    if (done || delivery.isOpen()) {
      other.done();
    } else {
      delivery = other;
    }
  }

  /// The broker may forget it.
  synchronized void done() {
    done = true;
    delivery.done();
  }
}
