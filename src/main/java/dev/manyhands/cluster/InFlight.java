package dev.manyhands.cluster;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.manyhands.job.Chunk;
import dev.manyhands.job.Outcomes;
import dev.manyhands.pool.ChunkSink;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A chunk that is on its way to a worker node, or there, from its sending to its end.
///
/// ```
/// sent -> queued -> held by a node -> ended
///            |        | ^  |
///            |        v |  `-> lost: no node says any more that it has it
///            |     in doubt: the broker gave it to a second node
///            `-> lost: a probe went through the queue and found it there no more
/// ```
///
/// Each index is told once, however often a message comes. The end is told last, and by whoever
/// finds that nobody tells outcomes any more; nobody tells anything under the lock.
final class InFlight {
  private final Chunk chunk;
  private final ChunkSink sink;
  private final String token;
  private final String pool;

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

  /// When the broker had confirmed it; none: it has not.
  @GuardedBy("this")
  private @Nullable Long queuedNanos;

  /// Whether a node was heard to have it, at any time.
  @GuardedBy("this")
  private boolean held;

  /// Which claim was granted, of a chunk that may run only once; none: nobody may have run it.
  @GuardedBy("this")
  private @Nullable String claimedBy;

  /// Whether it is known not to be in the queue.
  @GuardedBy("this")
  private boolean passed;

  @GuardedBy("this")
  private boolean doubted;

  /// When the last of all this was heard.
  @GuardedBy("this")
  private long heardNanos;

  @GuardedBy("this")
  private final List<Integer> cancels = new ArrayList<>();

  InFlight(Chunk chunk, ChunkSink sink, String token, String pool, long nowNanos) {
    this.chunk = chunk;
    this.sink = sink;
    this.token = token;
    this.pool = pool;
    this.heardNanos = nowNanos;
  }

  Chunk chunk() {
    return chunk;
  }

  String token() {
    return token;
  }

  /// The broker keeps it.
  synchronized void queued(long nowNanos) {
    queuedNanos = nowNanos;
    heardNanos = nowNanos;
  }

  /// A node has it.
  synchronized void held(long nowNanos) {
    held = true;
    doubted = false;
    heardNanos = nowNanos;
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
    held = true;
    if (!doubted) {
      doubted = true;
      heardNanos = nowNanos;
    }
  }

  /// What was in the queue at that time is there no more.
  synchronized void passed(long sentNanos, long nowNanos) {
    if (!held && !passed && queuedNanos != null && queuedNanos - sentNanos < 0) {
      passed = true;
      heardNanos = nowNanos;
    }
  }

  /// Nothing could be heard up to now.
  synchronized void waitAnew(long nowNanos) {
    heardNanos = nowNanos;
    passed = false;
  }

  /// Whether it has been waiting for so long that a look into the queue is due.
  synchronized boolean isAwaited(ClusterSettings settings, long nowNanos) {
    return !held && !passed && nowNanos - heardNanos > settings.lostAfter().toNanos();
  }

  /// Whether no node has it any more, and the queue neither.
  synchronized boolean isLost(ClusterSettings settings, long nowNanos) {
    long silentNanos = nowNanos - heardNanos;
    if (doubted && !chunk.call().once()) {
      // Whoever has it says so at its next heartbeat; a second run costs only time.
      return silentNanos > settings.heartbeat().plusSeconds(1).toNanos();
    }
    if (held) {
      return silentNanos > settings.lostAfter().toNanos();
    }
    Duration patience = chunk.call().once() ? settings.lostAfter() : settings.patience();
    return passed && silentNanos > patience.toNanos();
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
    if (outcomes.first() < chunk.first() || outcomes.end() > chunk.end()) {
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

  /// Sees to it that no node gets it that has not got it, so that it can end.
  ///
  /// @return false if a node has it
  synchronized boolean withdraw() {
    ended |= !held;
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
      lost = isLost && (chunk.call().once() ? claimedBy != null : held);
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

  /// The runs of indexes that nothing was told of.
  synchronized List<int[]> open() {
    List<int[]> runs = new ArrayList<>();
    for (int at = told.nextClearBit(0); at < chunk.count(); ) {
      int end = told.nextSetBit(at);
      int to = end < 0 ? chunk.count() : end;
      runs.add(new int[] {chunk.first() + at, to - at});
      at = end < 0 ? chunk.count() : told.nextClearBit(end);
    }
    return runs;
  }
}
