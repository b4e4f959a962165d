package dev.manyhands.cluster;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.manyhands.job.Chunk;
import dev.manyhands.job.Outcomes;
import dev.manyhands.pool.ChunkSink;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A chunk that is on its way to a worker node, or there, from its sending to its end.
///
/// Each index is told once, however often a message comes. The end is told last, and by whoever
/// finds that nobody tells outcomes any more; nobody tells anything under the lock.
final class InFlight {
  private final Chunk chunk;
  private final ChunkSink sink;
  private final String token;

  @GuardedBy("this")
  private final BitSet told = new BitSet();

  @GuardedBy("this")
  private int telling;

  @GuardedBy("this")
  private boolean ended;

  @GuardedBy("this")
  private boolean endTold;

  @GuardedBy("this")
  private long heardNanos;

  @GuardedBy("this")
  private final List<Integer> cancels = new ArrayList<>();

  InFlight(Chunk chunk, ChunkSink sink, String token, long nowNanos) {
    this.chunk = chunk;
    this.sink = sink;
    this.token = token;
    this.heardNanos = nowNanos;
  }

  Chunk chunk() {
    return chunk;
  }

  String token() {
    return token;
  }

  /// Someone has it.
  synchronized void heard(long nowNanos) {
    heardNanos = nowNanos;
  }

  synchronized long silentNanos(long nowNanos) {
    return nowNanos - heardNanos;
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

  /// Nothing more is told of it but the end.
  ///
  /// @return false if it had ended
  synchronized boolean close() {
    boolean first = !ended;
    ended = true;
    telling++;
    return first;
  }

  /// Runs after [#close], and after telling.
  void leave() {
    boolean last;
    synchronized (this) {
      telling--;
      last = ended && telling == 0 && !endTold;
      endTold |= last;
    }
    if (last) {
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
