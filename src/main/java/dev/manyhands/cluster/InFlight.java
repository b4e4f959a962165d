package dev.manyhands.cluster;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.manyhands.job.Chunk;
import dev.manyhands.job.JsonLines;
import dev.manyhands.job.Outcomes;
import dev.manyhands.pool.ChunkSink;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A chunk that is on its way to a worker node, or there, from its sending to its end.
///
/// ```
/// sent -> queued, or perhaps so -> held by a node -> ended
///            |                         | ^  |
///            |                         v |  `-> lost: no node says any more that it has it
///            |                      in doubt: the broker gave it to a second node
///            `-> lost: a probe went through the queue and found it there no more
/// ```
///
/// What the broker may have is never taken back for that alone: it may run already.
///
/// Each index is told once, however often a message comes. The end is told last, and by whoever
/// finds that nobody tells outcomes any more; nobody tells anything under the lock.
final class InFlight {
  private final Chunk chunk;
  private final ChunkSink sink;
  private final String token;
  private final String pool;

  /// How many of its tasks, from the first on, go to a node; the rest was not started.
  @GuardedBy("this")
  private int count;

  @GuardedBy("this")
  private final BitSet told = new BitSet();

  @GuardedBy("this")
  private int telling;

  @GuardedBy("this")
  private boolean ended;

  @GuardedBy("this")
  private boolean endTold;

  @GuardedBy("this")
  private boolean lost;

  @GuardedBy("this")
  private final Whereabouts where;

  /// Which claim was granted, of a chunk that may run only once; none: nobody may have run it.
  @GuardedBy("this")
  private @Nullable String claimedBy;

  @GuardedBy("this")
  private final List<Integer> cancels = new ArrayList<>();

  InFlight(Chunk chunk, ChunkSink sink, String token, String pool, long nowNanos) {
    this.chunk = chunk;
    this.sink = sink;
    this.token = token;
    this.pool = pool;
    this.count = chunk.count();
    this.where = new Whereabouts(chunk.call().once(), nowNanos);
  }

  Chunk chunk() {
    return chunk;
  }

  String token() {
    return token;
  }

  /// So many of its tasks, from the first on, are all that fits into a message.
  synchronized void shorten(int fitting) {
    count = fitting;
  }

  /// The inputs of those that go to a node; reads them, perhaps from disk.
  JsonLines inputs() {
    JsonLines all = chunk.inputs().get();
    synchronized (this) {
      return all.slice(0, count);
    }
  }

  /// The broker keeps it.
  synchronized void queued(long nowNanos) {
    where.queued(true, nowNanos);
  }

  /// Nobody knows whether the broker has it: it may be on its way to a node, or there.
  synchronized void sent(long nowNanos) {
    where.queued(false, nowNanos);
  }

  /// A node has it.
  synchronized void held(long nowNanos) {
    where.held(nowNanos);
  }

  /// A node asks whether it may run it: the first may.
  ///
  /// @return whose claim is granted; none: it has ended
  synchronized Optional<String> claim(String by, long nowNanos) {
    if (ended) {
      return Optional.empty();
    }
    String granted = claimedBy;
    if (granted == null) {
      granted = by;
      claimedBy = by;
      held(nowNanos);
    }
    return Optional.of(granted);
  }

  /// The broker gave it to a second node, which leaves it alone: the first may be running it.
  synchronized void returned(long nowNanos) {
    where.returned(nowNanos);
  }

  /// A look into the queue, sent at that time, is back.
  synchronized void passed(long sentNanos, long nowNanos) {
    where.passed(sentNanos, nowNanos);
  }

  /// Nothing could be heard up to now.
  synchronized void waitAnew(long nowNanos) {
    where.waitAnew(nowNanos);
  }

  /// Whether it has been waiting for so long that a look into the queue is due.
  synchronized boolean isAwaited(ClusterSettings settings, long nowNanos) {
    return where.isAwaited(settings, nowNanos);
  }

  /// Whether no node has it any more, and the queue neither.
  synchronized boolean isLost(ClusterSettings settings, long nowNanos) {
    return where.isLost(settings, nowNanos);
  }

  /// @param index [Cancel#WHOLE] for all
  synchronized void cancel(int index) {
    if (!cancels.contains(index)) {
      cancels.add(index);
    }
  }

  synchronized List<Integer> cancels() {
    return List.copyOf(cancels);
  }

  /// Tells those outcomes that were not told before.
  ///
  /// @return how many tasks they are; -1 if some are not of this chunk, and nothing was told
  int tell(Outcomes outcomes) {
    List<Outcomes> fresh = admit(outcomes);
    if (fresh == null) {
      return -1;
    }
    try {
      fresh.forEach(some -> sink.outcomes(chunk, some));
      return fresh.stream().mapToInt(Outcomes::count).sum();
    } finally {
      leave();
    }
  }

  private synchronized @Nullable List<Outcomes> admit(Outcomes outcomes) {
    if (outcomes.first() < chunk.first() || outcomes.end() > chunk.first() + count) {
      return null;
    }
    telling++;
    List<Outcomes> fresh = new ArrayList<>();
    for (int at = outcomes.first(); !ended && at < outcomes.end(); ) {
      int from = chunk.first() + told.nextClearBit(at - chunk.first());
      int next = told.nextSetBit(Math.max(0, from - chunk.first()));
      int to = Math.min(outcomes.end(), next < 0 ? outcomes.end() : chunk.first() + next);
      if (from < to) {
        fresh.add(outcomes.slice(from, to - from));
        told.set(from - chunk.first(), to - chunk.first());
      }
      at = Math.max(from, to);
    }
    return fresh;
  }

  /// Nothing more is told of it but the end; what was not told was not started.
  void end() {
    close(false);
    leave();
  }

  /// Sees to it that no node runs it that does not already, so that it can end: of what the broker
  /// has not got, or what may run only once, which no node runs without being granted it.
  ///
  /// @return false if a node has it
  synchronized boolean withdraw() {
    ended |= !where.isHeld();
    return ended;
  }

  /// The same as the end; what was not told may have run, and be why its node is gone.
  void lose() {
    close(true);
    leave();
  }

  private synchronized void close(boolean isLost) {
    if (!ended) {
      ended = true;
      // A node that takes it says so at its next heartbeat; from one that is gone before, the
      // broker gives it to another, which says so. What nobody has said of has not run, and what
      // may run only once has not where no claim was granted.
      lost = isLost && (chunk.call().once() ? claimedBy != null : where.isHeld());
    }
    telling++;
  }

  private void leave() {
    boolean last;
    boolean isLost;
    synchronized (this) {
      telling--;
      last = ended && telling == 0 && !endTold;
      endTold |= last;
      isLost = lost;
    }
    if (last && isLost) {
      sink.lost(chunk, open().stream().map(run -> Failed.lost(run[0], run[1], pool)).toList());
    } else if (last) {
      sink.ended(chunk);
    }
  }

  /// The runs of indexes that nothing was told of, among those that went to a node.
  synchronized List<int[]> open() {
    List<int[]> runs = new ArrayList<>();
    for (int at = told.nextClearBit(0); at < count; ) {
      int end = told.nextSetBit(at);
      int to = end < 0 ? count : end;
      runs.add(new int[] {chunk.first() + at, to - at});
      at = end < 0 ? count : told.nextClearBit(end);
    }
    return runs;
  }
}
