package dev.manyhands.dispatch;

import dev.manyhands.dispatch.LimitService.Holder;
import dev.manyhands.dispatch.LimitService.LimitView;
import dev.manyhands.job.Limit;
import dev.manyhands.job.LimitUse;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Set;

/// The named limits in force. Only the scheduler touches it.
final class LiveLimits {
  /// Holders that one look at a limit shows.
  static final int MAX_HOLDERS = 100;

  /// Tasks of one job whose keys are known before they are handed out.
  static final int LOOK_AHEAD = 1024;

  /// Tasks that are looked at in one go.
  private static final int LOOK = 256;

  /// The same of all jobs together; beyond it a job gets [#LEAST_AHEAD].
  private static final int MOST_AHEAD = 262_144;

  private static final int LEAST_AHEAD = 16;

  /// A strand that a rate lets go on at this time.
  private record Alarm(long due, Strand strand) {}

  private final Map<String, LiveLimit> byName = new HashMap<>();
  private final PriorityQueue<Alarm> alarms =
      new PriorityQueue<>(Comparator.comparingLong(Alarm::due));
  private List<Strand> next = new ArrayList<>();

  /// Permits for which some waiters were waked, and others may be while something is left.
  private final Set<Permits> wakes = new LinkedHashSet<>();

  private long tickets;
  private int lookedAt;

  /// A limit is there, or is otherwise, from now on.
  void define(Limit limit, long now) {
    LiveLimit known = byName.get(limit.name());
    if (known == null) {
      byName.put(limit.name(), new LiveLimit(limit, wakes));
    } else {
      known.define(limit, now);
    }
  }

  /// Nobody names it any more.
  void remove(String name) {
    byName.remove(name);
  }

  boolean isEmpty() {
    return byName.isEmpty();
  }

  /// How the limit stands.
  ///
  /// @param handed chunks in workers' hands, the oldest first
  LimitView view(Limit limit, Collection<Handed> handed, long now) {
    LiveLimit live = byName.get(limit.name());
    if (live == null) {
      return new LimitView(limit, 0, 0, List.of());
    }
    List<Holder> holders = new ArrayList<>();
    for (Handed out : handed) {
      for (Permits held : out.permits()) {
        if (held.limit == live && holders.size() < MAX_HOLDERS) {
          holders.add(out.holder(held.key, now));
        }
      }
    }
    return new LimitView(limit, live.inUse(), live.waiting(), holders);
  }

  /// What each task of the job takes, whatever its input, in the order of the limits' names.
  List<Permits> join(ActiveJob job, long now) {
    List<LimitUse> uses = job.order.job().spec().gates().limits();
    uses.forEach(use -> named(use).jobs.add(job));
    return uses.stream()
        .filter(use -> use.key() == null)
        .sorted(Comparator.comparing(LimitUse::name))
        .map(use -> named(use).permits(LiveLimit.WHOLE, now))
        .toList();
  }

  static boolean hasKeys(ActiveJob job) {
    return job.order.job().spec().gates().limits().stream().anyMatch(use -> use.key() != null);
  }

  /// What each task of the job with these keys takes beside that, one of each keyed limit.
  List<Permits> permits(ActiveJob job, List<String> keys, long now) {
    List<Permits> permits = new ArrayList<>(keys.size());
    for (LimitUse use : job.order.job().spec().gates().limits()) {
      if (use.key() != null) {
        permits.add(named(use).permits(keys.get(permits.size()), now));
      }
    }
    return permits;
  }

  /// All that a chunk takes.
  List<Permits> permits(Again chunk, long now) {
    List<Permits> whole = chunk.job().permits();
    if (chunk.keys().isEmpty()) {
      return whole;
    }
    List<Permits> all = new ArrayList<>(whole);
    all.addAll(permits(chunk.job(), chunk.keys(), now));
    return all;
  }

  /// How many more tasks a job is to look at that knows the keys of so many.
  int lookAhead(int known) {
    int most = lookedAt < MOST_AHEAD ? LOOK_AHEAD : LEAST_AHEAD;
    int room = most - known;
    return room < most / 4 ? 0 : Math.min(room, LOOK);
  }

  /// So many more tasks stand in strands.
  void lookedAt(int more) {
    lookedAt += more;
  }

  /// The strand is to try again at this time.
  void wakeAt(long due, Strand strand) {
    alarms.add(new Alarm(due, strand));
  }

  /// The strand is to try again after the next event.
  void wakeNext(Strand strand) {
    next.add(strand);
  }

  /// The place of a strand that begins to queue, behind all others.
  long ticket() {
    return ++tickets;
  }

  /// Wakes those whose time has come.
  void wake(long now) {
    wakes.forEach(Permits::begin);
    List<Strand> woken = next;
    next = woken.isEmpty() ? woken : new ArrayList<>();
    woken.forEach(strand -> wake(strand, now));
    for (Alarm first = alarms.peek(); first != null && first.due() <= now; first = alarms.peek()) {
      alarms.remove();
      first.strand().alarm();
      wake(first.strand(), now);
    }
  }

  /// It tries again, and if it leaves something, others do.
  private void wake(Strand strand, long now) {
    strand.wake();
    if (strand.isQueued()) {
      for (Permits one : strand.permits(now)) {
        one.begin();
        wakes.add(one);
      }
    }
  }

  /// Those who were waked have tried. Where they left something free, the next are waked, until
  /// each has tried once.
  ///
  /// @return false if nobody was
  boolean wakeMore(long now) {
    boolean woken = false;
    for (Permits permits : List.copyOf(wakes)) {
      if (permits.wakeMore(now)) {
        woken = true;
      } else if (!permits.isLeft(now)) {
        wakes.remove(permits);
      }
    }
    return woken;
  }

  /// When [#wake] has something to do; the greatest number: not because of the time.
  long nextDue() {
    Alarm first = alarms.peek();
    return first == null ? Long.MAX_VALUE : first.due();
  }

  void forgetAlarms(ActiveJob job) {
    alarms.removeIf(alarm -> alarm.strand().isOf(job));
  }

  /// The job has ended.
  void leave(ActiveJob job) {
    for (LimitUse use : job.order.job().spec().gates().limits()) {
      named(use).jobs.remove(job);
    }
  }

  /// One that nobody has defined, which should not be, is a lock: the strictest.
  private LiveLimit named(LimitUse use) {
    return byName.computeIfAbsent(
        use.name(),
        name ->
            new LiveLimit(
                new Limit(name, Objects.requireNonNullElse(use.permits(), 1), null), wakes));
  }
}
