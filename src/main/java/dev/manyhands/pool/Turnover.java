package dev.manyhands.pool;

/// Worker processes that a pool has started, and those of them that ended without being told to.
public record Turnover(long starts, long deaths) {
  static final Turnover NONE = new Turnover(0, 0);
}
