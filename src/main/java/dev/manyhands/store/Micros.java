package dev.manyhands.store;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/// Points in time as the tables keep them: whole microseconds since 1970, the rest cut off.
final class Micros {
  private Micros() {}

  static @Nullable Long of(@Nullable Instant at) {
    return at == null ? null : ChronoUnit.MICROS.between(Instant.EPOCH, at);
  }

  static @Nullable Long of(@Nullable Duration length) {
    return length == null ? null : length.dividedBy(ChronoUnit.MICROS.getDuration());
  }

  static Instant instant(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }
}
