package dev.manyhands.job;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// When a job was accepted, when its first task started and when its last one ended.
public record Timeline(Instant createdAt, @Nullable Instant startedAt, @Nullable Instant endedAt) {
  public static Timeline created(Instant at) {
    return new Timeline(at, null, null);
  }
}
