package dev.manyhands.job;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/// When a job was accepted, when its first task started and when its last one ended.
public record Timeline(Instant createdAt, @Nullable Instant startedAt, @Nullable Instant endedAt) {
  /// Times are kept in whole microseconds, wherever they are kept.
  public Timeline {
    createdAt = createdAt.truncatedTo(ChronoUnit.MICROS);
    startedAt = startedAt == null ? null : startedAt.truncatedTo(ChronoUnit.MICROS);
    endedAt = endedAt == null ? null : endedAt.truncatedTo(ChronoUnit.MICROS);
  }

  public static Timeline created(Instant at) {
    return new Timeline(at, null, null);
  }
}
