package dev.manyhands.pool;

import java.time.Duration;

/// Worker processes that a pool has started, and those of them that ended without being told to.
///
/// @param pause between two starts at present, since processes end without doing any work
public record Turnover(long starts, long deaths, Duration pause) {
  static final Turnover NONE = new Turnover(0, 0, Duration.ZERO);
}
