package dev.manyhands.dispatch;

import dev.manyhands.job.Limit;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What of one limit, for one value of its key, is in use and who waits for it. Only the scheduler
/// touches it.
///
/// Whoever has waited longest goes first; see [Waiter] for when a permit is kept for it.
final class Permits {
  /// Waiters that are looked at for the one that goes first: not all, since some cannot run anyway.
  private static final int LOOKED_AT = 8;

  final LiveLimit limit;
  final String key;

  private final Set<Waiter> waiting = new LinkedHashSet<>();

  /// Those of them that do nothing until they are waked, the longest waiting first.
  private final TreeMap<Long, Strand> parked = new TreeMap<>();

  /// Who has been waked since [#begin], and is not again: up to this ticket.
  private long triedTo;

  private int inUse;
  private @Nullable TokenBucket bucket;

  Permits(LiveLimit limit, String key, long now) {
    this.limit = limit;
    this.key = key;
    follow(limit.definition(), now);
  }

  /// The limit is defined otherwise from now on. What is in use beyond a smaller one stays in use.
  void follow(Limit definition, long now) {
    if (definition.rate() == null) {
      bucket = null;
    } else if (bucket == null) {
      bucket = new TokenBucket(definition.rate(), now);
    } else if (!bucket.rate().equals(definition.rate())) {
      bucket = bucket.at(definition.rate(), now);
    }
    wake();
  }

  int inUse() {
    return inUse;
  }

  /// Nobody has one, nobody wants one, and nothing is owed to the rate.
  boolean isIdle(long now) {
    return inUse == 0 && waiting.isEmpty() && (bucket == null || bucket.isFull(now));
  }

  private int free() {
    Integer permits = limit.definition().permits();
    return permits == null ? Integer.MAX_VALUE : permits - inUse;
  }

  /// Tasks that may start in one worker's hands if it takes one of each; 0: none.
  static int room(List<Permits> all, long now) {
    int room = Integer.MAX_VALUE;
    for (Permits one : all) {
      room = Math.min(room, one.room(now));
    }
    return room;
  }

  /// Tasks that may start in one worker's hands; 0: none.
  int room(long now) {
    return free() <= 0 ? 0 : startable(now);
  }

  private int startable(long now) {
    return bucket == null ? Integer.MAX_VALUE : bucket.available(now);
  }

  boolean isRateSpent(long now) {
    return startable(now) == 0;
  }

  /// When the rate allows another task; in the past if it does.
  long due() {
    return bucket == null ? Long.MIN_VALUE : bucket.due();
  }

  /// Whether the waiter may take one now, also with regard to who has waited longer.
  boolean admits(Waiter waiter, long now) {
    if (free() <= 0 || startable(now) == 0) {
      return false;
    }
    return !isKeptFrom(waiter, now);
  }

  /// Whether what is free is kept for somebody else.
  ///
  /// @param waiter nobody: for anybody
  private boolean isKeptFrom(@Nullable Waiter waiter, long now) {
    if (free() > 1 && startable(now) > 1) {
      return false; // one can be kept, and one is left
    }
    int looked = 0;
    for (Waiter first : waiting) {
      if (first.equals(waiter) || looked++ == LOOKED_AT) {
        return false;
      }
      if (first.isKeptFor(now)) {
        return true;
      }
    }
    return false;
  }

  void enter(Waiter waiter) {
    waiting.add(waiter);
  }

  void leave(Waiter waiter) {
    waiting.remove(waiter);
  }

  void park(Strand strand) {
    parked.put(strand.ticket(), strand);
  }

  void unpark(Strand strand) {
    parked.remove(strand.ticket());
  }

  /// Something may have come back: those who have waited longest try again. Others do while
  /// something is left, as [LiveLimits#wakeMore] says: thousands may wait for one key, and mostly
  /// the first of them goes.
  void wake() {
    if (!parked.isEmpty()) {
      limit.wakes.add(this);
      begin();
      wakeSome();
    }
  }

  /// All of them may try again.
  void begin() {
    triedTo = 0;
  }

  private void wakeSome() {
    Map.Entry<Long, Strand> next = parked.higherEntry(triedTo);
    for (int i = 0; i < LOOKED_AT && next != null; i++) {
      triedTo = next.getKey();
      next.getValue().wake();
      next = parked.higherEntry(triedTo);
    }
  }

  /// The next of them try again, unless nothing is free or what is free is kept for one that has
  /// waited longer.
  ///
  /// @return whether somebody does
  boolean wakeMore(long now) {
    if (!isLeft(now) || isKeptFrom(null, now)) {
      return false;
    }
    wakeSome();
    return true;
  }

  /// Whether something is free, and somebody has not tried to get it.
  boolean isLeft(long now) {
    return parked.higherKey(triedTo) != null && room(now) > 0;
  }

  /// One worker takes one for so many tasks, which it runs one after the other.
  void take(int tasks, long now) {
    inUse++;
    if (bucket != null) {
      bucket.take(tasks, now);
    }
  }

  /// A worker is done with its tasks.
  ///
  /// @param unstarted that never reached it
  /// @param taken when it was taken
  void giveBack(int unstarted, long taken) {
    inUse--;
    if (bucket != null && unstarted > 0) {
      bucket.giveBack(unstarted, taken);
    }
    wake();
  }
}
