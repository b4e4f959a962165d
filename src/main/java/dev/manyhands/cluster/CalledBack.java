package dev.manyhands.cluster;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// What owners have called back of chunks that are here, or may come yet: the newest of it. Safe
/// for use by several threads.
final class CalledBack {
  /// Cancels are repeated while their chunk is out, so one that is forgotten comes again.
  private static final int MAX = 10_000;

  private final Map<String, Cancel> cancels = newest();
  private final Map<String, Cut> cuts = newest();

  private static <T> Map<String, T> newest() {
    return Collections.synchronizedMap(
        new LinkedHashMap<>() {
          @Override
          protected boolean removeEldestEntry(Map.Entry<String, T> eldest) {
            return size() > MAX;
          }
        });
  }

  void add(Cancel cancel) {
    cancels.put(cancel.token(), cancel);
  }

  void add(Cut cut) {
    cuts.put(cut.token(), cut);
  }

  Optional<Cancel> cancel(String token) {
    return Optional.ofNullable(cancels.get(token));
  }

  /// Whether all of the chunk is cancelled.
  boolean isCancelled(String token) {
    return cancel(token).filter(cancel -> cancel.index() == Cancel.WHOLE).isPresent();
  }

  boolean isCut(String token) {
    return cuts.containsKey(token);
  }
}
