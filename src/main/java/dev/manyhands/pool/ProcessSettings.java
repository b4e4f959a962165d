package dev.manyhands.pool;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.PositiveOrZero;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.ConstructorBinding;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/// What all pools of worker processes share.
///
/// @param recycleAfterTasks a worker process that has run so many tasks is replaced by a new one;
///   0: never
/// @param recycleAboveMemory one that has more memory after a chunk is replaced as soon as a new
///   one is there; 0: never
/// @param recycleAfterIdle one that has had no work for so long is ended; 0: never
/// @param startTimeout the longest that a worker process may take to start, and to load a function
/// @param maxValue the most bytes of JSON that a task may give back; also the most that a command
///   may write
/// @param maxOutput the most bytes of a task's standard output and standard error that are kept
/// @param limits what the processes of a task may use
@Validated
@ConfigurationProperties("manyhands.processes")
public record ProcessSettings(
    @DefaultValue("0") @PositiveOrZero int recycleAfterTasks,
    @DefaultValue("0") @NotNull DataSize recycleAboveMemory,
    @DefaultValue("0") @NotNull @DurationMin(millis = 0) @DurationMax(days = 30)
        Duration recycleAfterIdle,
    @DefaultValue("10s") @NotNull @DurationMin(millis = 100) @DurationMax(minutes = 10)
        Duration startTimeout,
    @DefaultValue("1MB") @NotNull DataSize maxValue,
    @DefaultValue("64KB") @NotNull DataSize maxOutput,
    @DefaultValue TaskLimits limits) {

  /// What stands without a setting.
  public static final ProcessSettings DEFAULT =
      new ProcessSettings(
          0,
          Duration.ofSeconds(10),
          DataSize.ofMegabytes(1),
          DataSize.ofKilobytes(64),
          TaskLimits.UNSET);

  private static final long MAX_VALUE_BYTES = 64 << 20;
  private static final long MAX_OUTPUT_BYTES = 1 << 20;

  /// Values, failures and three times the output that the worker's `frames.py` has in one frame.
  /// What a worker may make the service keep in memory is this, whatever its tasks' code sends.
  private static final int FRAME_ALLOWANCE = 6 << 20;

  @ConstructorBinding
  public ProcessSettings {
    notNegative("recycle-above-memory", recycleAboveMemory);
    between("max-value", maxValue, MAX_VALUE_BYTES);
    between("max-output", maxOutput, MAX_OUTPUT_BYTES);
    limits = limits.orElse(TaskLimits.DEFAULT);
  }

  /// Without a mark of memory or idle time.
  ProcessSettings(
      int recycleAfterTasks,
      Duration startTimeout,
      DataSize maxValue,
      DataSize maxOutput,
      TaskLimits limits) {
    this(
        recycleAfterTasks,
        DataSize.ofBytes(0),
        Duration.ZERO,
        startTimeout,
        maxValue,
        maxOutput,
        limits);
  }

  private static void notNegative(String name, DataSize came) {
    if (came.isNegative()) {
      throw new IllegalArgumentException(
          "manyhands.processes." + name + ": expected 0 for never, or more, got: " + came);
    }
  }

  private static void between(String name, DataSize came, long max) {
    if (came.toBytes() < 1024 || came.toBytes() > max) {
      throw new IllegalArgumentException(
          "manyhands.processes." + name + ": expected 1KB to " + (max >> 20) + "MB, got: " + came);
    }
  }

  /// The same with what a pool says itself.
  ProcessSettings of(PoolSettings pool) {
    return new ProcessSettings(
        pool.recycleAfterTasks() == null ? recycleAfterTasks : pool.recycleAfterTasks(),
        pool.recycleAboveMemory() == null ? recycleAboveMemory : pool.recycleAboveMemory(),
        pool.recycleAfterIdle() == null ? recycleAfterIdle : pool.recycleAfterIdle(),
        startTimeout,
        pool.maxValue() == null ? maxValue : pool.maxValue(),
        pool.maxOutput() == null ? maxOutput : pool.maxOutput(),
        pool.limits() == null ? limits : pool.limits().orElse(limits));
  }

  /// Whether a worker process that was given so many tasks runs no more.
  boolean isWornBy(long tasks) {
    return recycleAfterTasks > 0 && tasks >= recycleAfterTasks;
  }

  /// Whether one that has so much memory is to be replaced.
  boolean isTooLarge(long residentBytes) {
    return recycleAboveMemory.toBytes() > 0 && residentBytes > recycleAboveMemory.toBytes();
  }

  int maxValueBytes() {
    return (int) maxValue.toBytes();
  }

  int maxOutputBytes() {
    return (int) maxOutput.toBytes();
  }

  /// The longest frame that a worker may send: workers cut values into frames of 1 MiB, or of one
  /// longer value, and add failures and output that are bounded, too.
  int maxFrameBytes() {
    return FRAME_ALLOWANCE + maxValueBytes();
  }
}
