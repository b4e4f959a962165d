package dev.manyhands.pool;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.PositiveOrZero;
import java.time.Duration;
import java.util.Locale;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/// One pool as `manyhands.pools.<name>` sets it.
///
/// @param kind what its workers are
/// @param workers how many: `auto`, or a number from 1 to 10000. `auto` is what the JVM may use of
///   the cores, containers included; for virtual threads, which wait and need no core of their own,
///   it is 256
/// @param recycleAfterTasks a worker process of this pool that has run so many tasks is replaced by
///   a new one, 0: never; without it, as `manyhands.processes` says
/// @param recycleAboveMemory likewise: one that has more memory after a chunk is replaced
/// @param recycleAfterIdle likewise: one that has had no work for so long is ended
/// @param maxValue likewise: the most bytes that a task may give back
/// @param maxOutput likewise: the most bytes kept of what a task prints
/// @param limits likewise, each by itself: what the processes of a task may use
public record PoolSettings(
    @NotNull(message = "expected threads, virtual or processes")
        @Pattern(
            regexp = "threads|virtual|processes",
            message = "expected threads, virtual or processes, got: ${validatedValue}")
        String kind,
    @DefaultValue("auto")
        @Pattern(
            regexp = "auto|[1-9][0-9]{0,3}|10000",
            message = "expected auto or a number from 1 to 10000, got: ${validatedValue}")
        String workers,
    @Nullable @PositiveOrZero Integer recycleAfterTasks,
    @Nullable DataSize recycleAboveMemory,
    @Nullable @DurationMin(millis = 0) @DurationMax(days = 30) Duration recycleAfterIdle,
    @Nullable DataSize maxValue,
    @Nullable DataSize maxOutput,
    @Nullable TaskLimits limits) {

  private static final String AUTO = "auto";
  private static final int AUTO_VIRTUAL = 256;

  /// A pool of the given kind, sized by itself.
  static PoolSettings auto(PoolKind kind) {
    return new PoolSettings(kind.word(), AUTO, null, null, null, null, null, null);
  }

  /// What its workers are.
  public PoolKind poolKind() {
    return PoolKind.valueOf(kind.toUpperCase(Locale.ROOT));
  }

  /// The workers to start with.
  int size() {
    if (!workers.equals(AUTO)) {
      return Integer.parseInt(workers);
    }
    return switch (poolKind()) {
      case THREADS, PROCESSES -> Runtime.getRuntime().availableProcessors();
      case VIRTUAL -> AUTO_VIRTUAL;
    };
  }
}
