package dev.manyhands.pool;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// The walls that stand around task code, as a process behind them has found them at the start of
/// the service.
///
/// @param level `none` or `hardened`
/// @param each by name: `closed`, or `open` with the reason; empty where nothing was tried
public record Walls(String level, Map<String, String> each) {
  public Walls {
    each = Collections.unmodifiableMap(new LinkedHashMap<>(each));
  }
}
