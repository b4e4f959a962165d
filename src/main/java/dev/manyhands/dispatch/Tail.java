package dev.manyhands.dispatch;

import dev.manyhands.job.JsonLines;
import dev.manyhands.job.Logged;
import dev.manyhands.job.ResultBlock;
import dev.manyhands.store.StoreSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToLongFunction;

/// The newest blocks of one job's log while somebody follows it, so that any number of readers that
/// keep up cost the store nothing. Safe for use by several threads; [TailRoom] bounds it.
final class Tail {
  private final ConcurrentNavigableMap<Long, Logged> bySeq = new ConcurrentSkipListMap<>();
  private final ConcurrentNavigableMap<Long, Logged> byFirst = new ConcurrentSkipListMap<>();
  private final AtomicInteger readers = new AtomicInteger();
  private final TailRoom room;

  Tail(TailRoom room) {
    this.room = room;
  }

  boolean isFollowed() {
    return readers.get() > 0;
  }

  void enter() {
    readers.incrementAndGet();
  }

  void leave() {
    if (readers.decrementAndGet() == 0) {
      room.forget(this);
    }
  }

  /// Keeps a block that was committed, if somebody reads.
  void add(long seq, ResultBlock block) {
    if (isFollowed() && isAsStored(block)) {
      room.add(this, new Logged(seq, block));
    }
  }

  /// Whether it comes back from the store as it went in. A large value does not: its readers read
  /// the store, now as later.
  private static boolean isAsStored(ResultBlock block) {
    return switch (block) {
      case ResultBlock.Unrun _ -> true;
      case ResultBlock.Ran ran -> isShort(ran.outcomes().values());
    };
  }

  private static boolean isShort(JsonLines values) {
    int most = (int) StoreSettings.LEAST.toBytes();
    int end = values.offset() + values.length();
    for (int at = values.offset(); end - at > most; ) {
      int next = values.end(at) + 1;
      if (next - at > most) {
        return false;
      }
      at = next;
    }
    return true;
  }

  /// Called by the room, which holds its lock.
  void put(Logged block) {
    bySeq.put(block.seq(), block);
    byFirst.put((long) block.block().first(), block);
  }

  /// Called by the room, which holds its lock.
  void remove(Logged block) {
    bySeq.remove(block.seq());
    byFirst.remove((long) block.block().first());
  }

  /// As the store's own, or empty if the place is not here.
  List<Logged> byCompletion(long seq, int limit) {
    return from(bySeq, seq, limit, Logged::seq);
  }

  /// As the store's own, or empty if the task is not here.
  List<Logged> byIndex(int index, int limit) {
    return from(byFirst, index, limit, logged -> logged.block().first());
  }

  /// The block that holds the place, and what follows it without a gap.
  private static List<Logged> from(
      ConcurrentNavigableMap<Long, Logged> blocks,
      long place,
      int limit,
      ToLongFunction<Logged> start) {
    List<Logged> found = new ArrayList<>(limit);
    long next = place;
    for (Map.Entry<Long, Logged> at = blocks.floorEntry(place);
        at != null && found.size() < limit;
        at = blocks.ceilingEntry(next)) {
      Logged block = at.getValue();
      long from = start.applyAsLong(block);
      long end = from + block.block().count();
      if (end <= place || from > next) {
        break;
      }
      found.add(block);
      next = end;
    }
    return found;
  }
}
