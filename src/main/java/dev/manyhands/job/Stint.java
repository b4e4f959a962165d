package dev.manyhands.job;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/// Who worked on a run of tasks, and when.
///
/// @param worker such as `processes-1`
public record Stint(String worker, Instant startedAt, Instant endedAt) {
  /// Times are kept in whole microseconds, wherever they are kept.
  public Stint {
    startedAt = startedAt.truncatedTo(ChronoUnit.MICROS);
    endedAt = endedAt.truncatedTo(ChronoUnit.MICROS);
  }
}
