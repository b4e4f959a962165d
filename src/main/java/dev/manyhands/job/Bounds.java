package dev.manyhands.job;

import java.util.Map;

/// What a room that nobody below knows keeps to, for `GET /v1/info`.
public interface Bounds {
  /// By name: counts, bytes, or whole seconds.
  Map<String, Long> inForce();
}
