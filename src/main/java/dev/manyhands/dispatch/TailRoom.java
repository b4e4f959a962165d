package dev.manyhands.dispatch;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.manyhands.job.Logged;
import dev.manyhands.job.Outcomes;
import dev.manyhands.job.ResultBlock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/// Bounds the blocks that all [Tail]s together keep: the oldest goes first, and is read from the
/// store by who has not come so far.
final class TailRoom {
  /// Enough for some hundred usual blocks: who is further behind reads alone anyway.
  static final int MAX_BYTES = 16 * 1024 * 1024;

  /// What a block weighs besides its bytes.
  private static final int OVERHEAD = 1024;

  private record Kept(Tail tail, Logged block, long bytes) {}

  private final long maxBytes;

  @GuardedBy("this")
  private final Deque<Kept> kept = new ArrayDeque<>();

  @GuardedBy("this")
  private long bytes;

  TailRoom(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  synchronized void add(Tail tail, Logged block) {
    Kept added = new Kept(tail, block, weight(block.block()));
    tail.put(block);
    kept.add(added);
    bytes += added.bytes();
    while (bytes > maxBytes) {
      Kept oldest = kept.remove();
      oldest.tail().remove(oldest.block());
      bytes -= oldest.bytes();
    }
  }

  /// Nobody follows it any more.
  synchronized void forget(Tail tail) {
    if (tail.isFollowed()) {
      return; // by a reader that has just come
    }
    for (Iterator<Kept> it = kept.iterator(); it.hasNext(); ) {
      Kept one = it.next();
      if (one.tail() == tail) {
        it.remove();
        tail.remove(one.block());
        bytes -= one.bytes();
      }
    }
  }

  synchronized long bytes() {
    return bytes;
  }

  private static long weight(ResultBlock block) {
    return switch (block) {
      case ResultBlock.Unrun _ -> OVERHEAD;
      case ResultBlock.Ran ran -> OVERHEAD + weight(ran.outcomes());
    };
  }

  /// An array that blocks share counts for each of them: rather too much than too little.
  private static long weight(Outcomes ran) {
    long weight = ran.values().bytes().length + 16L * ran.times().counts().length;
    weight += ran.failures().stream().mapToLong(f -> 256 + f.error().toString().length()).sum();
    return weight + ran.output().stream().mapToLong(o -> 128 + o.toString().length()).sum();
  }
}
