package dev.manyhands.cluster;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.manyhands.pool.WorkerPool;

/// A chunk that this node has, from its delivery to the last of its outcomes.
final class Held {
  private final WorkerPool pool;
  private final long chunk;
  private final boolean once;
  private final Replies replies;

  @GuardedBy("this")
  private Delivery delivery;

  @GuardedBy("this")
  private boolean done;

  private volatile boolean begun;

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

  /// The pool has it.
  void begun() {
    begun = true;
  }

  boolean hasBegun() {
    return begun;
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
