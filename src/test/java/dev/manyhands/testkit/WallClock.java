package dev.manyhands.testkit;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/// The wall clock of a service under test, which somebody sets by more or less than time passes.
public final class WallClock implements InstantSource {
  private volatile Duration ahead = Duration.ZERO;

  /// From now on it shows this much more than the real one.
  public void setAhead(Duration by) {
    ahead = by;
  }

  @Override
  public Instant instant() {
    return Instant.now().plus(ahead);
  }
}
