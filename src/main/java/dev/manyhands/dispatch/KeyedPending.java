package dev.manyhands.dispatch;

import dev.manyhands.job.Ranges;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Tasks that take permits by a key from their input. The next of them are looked at, which tells
/// their keys; those with the same keys stand in one [Strand]. Strands take turns.
///
/// ```
/// fresh --Look--> looked at --keys--> strand: open <-> parked (until a permit comes back)
/// ```
///
/// How far is looked ahead is bounded: beyond that, a task waits behind those whose keys are known.
final class KeyedPending implements Pending {
  private final ActiveJob job;
  private final LiveLimits limits;
  private final Ranges fresh;
  private final Map<List<String>, Strand> strands = new HashMap<>();
  private final Deque<Strand> open = new ArrayDeque<>();

  /// What is being looked at; nothing else is meanwhile.
  private Ranges.@Nullable Range looking;

  /// Tasks of those that are being looked at and were taken out meanwhile.
  private final Set<Integer> unwanted = new HashSet<>();

  /// Tasks in strands.
  private int known;

  KeyedPending(ActiveJob job, LiveLimits limits, Ranges fresh) {
    this.job = job;
    this.limits = limits;
    this.fresh = fresh;
  }

  @Override
  public int size() {
    return fresh.size() + (looking == null ? 0 : looking.count() - unwanted.size()) + known;
  }

  @Override
  public boolean isEmpty() {
    return open.isEmpty();
  }

  @Override
  public void grow(int first, int end) {
    fresh.add(first, end);
  }

  /// The tasks whose keys are to be told next, if there is room for more.
  Ranges.@Nullable Range look() {
    int room = limits.lookAhead(known);
    if (looking != null || fresh.isEmpty() || room <= 0) {
      return null;
    }
    Ranges.Range range = fresh.firstRange();
    looking = new Ranges.Range(range.first(), job.cut(range.first(), range.end(), room));
    fresh.remove(looking.first(), looking.end());
    return looking;
  }

  /// The keys of what was looked at, one list a task. Nothing happens if the job was dropped.
  void looked(int first, List<List<String>> keys) {
    if (looking == null || looking.first() != first) {
      return;
    }
    if (looking.count() != keys.size()) {
      throw new IllegalStateException(
          "expected the keys of " + looking.count() + " tasks, got " + keys.size());
    }
    looking = null;
    for (int i = 0, next; i < keys.size(); i = next) {
      next = i + 1;
      while (next < keys.size() && keys.get(next).equals(keys.get(i))) {
        next++;
      }
      strand(keys.get(i))
          .addLast(new Again(job, first + i, first + next, 1, false, 0, keys.get(i)));
    }
    count(keys.size());
    // Only now: until its key was known it could not be taken out.
    unwanted.forEach(this::remove);
    unwanted.clear();
  }

  private void count(int more) {
    known += more;
    limits.lookedAt(more);
  }

  private Strand strand(List<String> keys) {
    Strand known = strands.get(keys);
    if (known != null) {
      return known;
    }
    Strand strand = new Strand(job, this, limits, keys);
    strands.put(keys, strand);
    open.add(strand);
    return strand;
  }

  @Override
  public @Nullable Again take(int most, long now) {
    for (Strand strand = open.poll(); strand != null; strand = open.poll()) {
      if (strand.isAdmitted(now)) {
        Again taken = strand.take(most, now);
        count(taken.first() - taken.end());
        if (strand.isEmpty()) {
          strands.remove(strand.keys);
        } else {
          open.add(strand);
        }
        return taken;
      }
      strand.park(now);
    }
    return null;
  }

  /// A parked strand may try again.
  void reopen(Strand strand) {
    open.add(strand);
    if (job.line != null) {
      job.line.place(job);
    }
  }

  @Override
  public void add(Again again) {
    counted(again).addLast(again);
  }

  @Override
  public void putBack(Again again) {
    counted(again).addFirst(again);
  }

  private Strand counted(Again again) {
    count(again.end() - again.first());
    return strand(again.keys());
  }

  @Override
  public boolean remove(int index) {
    if (fresh.contains(index)) {
      fresh.remove(index, index + 1);
      return true;
    }
    if (looking != null && looking.first() <= index && index < looking.end()) {
      unwanted.add(index);
      return true;
    }
    for (Strand strand : strands.values()) {
      if (strand.remove(index)) {
        count(-1);
        forgetIfEmpty(strand);
        return true;
      }
    }
    return false;
  }

  private void forgetIfEmpty(Strand strand) {
    if (strand.isEmpty()) {
      strands.remove(strand.keys);
      open.remove(strand);
      strand.drain();
    }
  }

  @Override
  public void drainTo(Ranges rest) {
    limits.forgetAlarms(job);
    fresh.ranges().forEach(r -> rest.add(r.first(), r.end()));
    fresh.ranges().forEach(r -> fresh.remove(r.first(), r.end()));
    if (looking != null) {
      rest.add(looking.first(), looking.end());
      unwanted.forEach(index -> rest.remove(index, index + 1));
      unwanted.clear();
      looking = null;
    }
    count(-known);
    open.clear();
    List<Strand> all = List.copyOf(strands.values());
    strands.clear();
    for (Strand strand : all) {
      strand.drain().forEach(a -> rest.add(a.first(), a.end()));
    }
  }
}
