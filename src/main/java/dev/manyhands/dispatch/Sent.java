package dev.manyhands.dispatch;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.manyhands.job.JsonLines;
import dev.manyhands.job.Ranges;
import dev.manyhands.job.Refused;
import dev.manyhands.store.Change;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What one request has sent into a job that receives, and what became of it. Safe for use by
/// several threads.
final class Sent implements Growth.Sender {
  @GuardedBy("this")
  private int underWay;

  @GuardedBy("this")
  private int first = -1;

  @GuardedBy("this")
  private int last = -1;

  @GuardedBy("this")
  private int count;

  /// Those that were taken; one more than a receipt has room for tells that they are too many.
  @GuardedBy("this")
  private final List<Ranges.Range> runs = new ArrayList<>();

  @GuardedBy("this")
  private @Nullable RuntimeException failure;

  /// Sends inputs; waits for room.
  ///
  /// @throws Refused if these or earlier ones were not taken
  void send(Inflow inflow, JsonLines inputs) {
    send(() -> inflow.add(inputs, this));
  }

  /// The same with inputs that are at hand: waits for the commit under way alone.
  void sendAtHand(Inflow inflow, JsonLines inputs) {
    send(() -> inflow.addAtHand(inputs, this));
  }

  /// The same with all that there is, under a key.
  void sendWhole(Inflow inflow, JsonLines inputs, Change.@Nullable Once once) {
    send(() -> inflow.addWhole(inputs, this, once));
  }

  private void send(Runnable add) {
    synchronized (this) {
      throwIfFailed();
      underWay++;
    }
    boolean added = false;
    try {
      add.run();
      added = true;
    } finally {
      if (!added) {
        ended();
      }
    }
  }

  @Override
  public synchronized void taken(int from, int inputs) {
    first = first < 0 ? from : first;
    last = from + inputs - 1;
    count += inputs;
    try {
      add(new Ranges.Range(from, from + inputs));
    } finally {
      ended();
    }
  }

  @GuardedBy("this")
  private void add(Ranges.Range taken) {
    Ranges.Range before = runs.isEmpty() ? null : runs.getLast();
    if (before != null && before.end() == taken.first()) {
      runs.set(runs.size() - 1, new Ranges.Range(before.first(), taken.end()));
    } else if (runs.size() <= Receipt.MOST_RUNS) {
      runs.add(taken);
    }
  }

  @Override
  public synchronized void refused(RuntimeException why) {
    failure = failure == null ? StoreFaults.told(why) : failure;
    ended();
  }

  @Override
  public synchronized @Nullable RuntimeException failure() {
    return failure;
  }

  private synchronized void ended() {
    underWay--;
    notifyAll();
  }

  /// Returns when it is known what became of all.
  ///
  /// @throws Refused if some were not taken
  synchronized Receipt await() {
    awaitEnd();
    throwIfFailed();
    return receipt();
  }

  /// What was taken, when it is known what became of all, though some were refused: what was sent
  /// first, without a gap.
  ///
  /// @throws RuntimeException if nobody knows what was taken
  synchronized Receipt kept() {
    awaitEnd();
    if (!(failure instanceof Refused)) {
      throwIfFailed();
    }
    return receipt();
  }

  @GuardedBy("this")
  private void awaitEnd() {
    boolean interrupted = false;
    while (underWay > 0) {
      try {
        wait();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @GuardedBy("this")
  private Receipt receipt() {
    boolean many = runs.size() > Receipt.MOST_RUNS;
    return new Receipt(first, last, count, many ? List.of() : runs);
  }

  @GuardedBy("this")
  private void throwIfFailed() {
    if (failure != null) {
      throw failure;
    }
  }
}
