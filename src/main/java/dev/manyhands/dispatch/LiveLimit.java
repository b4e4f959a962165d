package dev.manyhands.dispatch;

import dev.manyhands.job.Limit;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/// A named limit in force: its permits for each value of the key that is in use. Only the scheduler
/// touches it.
final class LiveLimit {
  /// The key of those that take the limit as a whole. No value of an input has this text.
  static final String WHOLE = "";

  /// Keys that are kept before idle ones are looked for.
  private static final int FEW_KEYS = 64;

  /// Jobs that have not ended and name it.
  final Set<ActiveJob> jobs = new LinkedHashSet<>();

  private final Map<String, Permits> byKey = new HashMap<>();

  /// Where permits are noted for which waiters were waked: those of all limits.
  final Set<Permits> wakes;

  private Limit definition;
  private int purgeAt = FEW_KEYS;

  LiveLimit(Limit definition, Set<Permits> wakes) {
    this.definition = definition;
    this.wakes = wakes;
  }

  Limit definition() {
    return definition;
  }

  void define(Limit otherwise, long now) {
    definition = otherwise;
    byKey.values().forEach(permits -> permits.follow(otherwise, now));
  }

  /// Those of a key; they may be forgotten while they are idle, except those of [#WHOLE].
  Permits permits(String key, long now) {
    Permits known = byKey.get(key);
    if (known != null) {
      return known;
    }
    if (byKey.size() >= purgeAt) {
      byKey.values().removeIf(permits -> !permits.key.equals(WHOLE) && permits.isIdle(now));
      purgeAt = Math.max(FEW_KEYS, 2 * byKey.size());
    }
    Permits permits = new Permits(this, key, now);
    byKey.put(key, permits);
    return permits;
  }

  /// Permits in use, of all keys.
  int inUse() {
    return byKey.values().stream().mapToInt(Permits::inUse).sum();
  }

  /// Tasks that no worker has, of the jobs that name it.
  long waiting() {
    return jobs.stream().mapToLong(ActiveJob::pending).sum();
  }
}
