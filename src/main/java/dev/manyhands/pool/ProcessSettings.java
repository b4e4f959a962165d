package dev.manyhands.pool;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.PositiveOrZero;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/// What all pools of worker processes share.
///
/// @param recycleAfterTasks a worker process that has run so many tasks is replaced by a new one;
///   0: never
/// @param startTimeout the longest that a worker process may take to start, and to load a function
/// @param maxValue the most bytes of JSON that a task may give back; also the most that a command
///   may write
/// @param maxOutput the most bytes of a task's standard output and standard error that are kept
/// @param limits what the processes of a task may use
@Validated
@ConfigurationProperties("manyhands.processes")
public record ProcessSettings(
    @DefaultValue("0") @PositiveOrZero int recycleAfterTasks,
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

  public ProcessSettings {
    between("max-value", maxValue, MAX_VALUE_BYTES);
    between("max-output", maxOutput, MAX_OUTPUT_BYTES);
    limits = limits.orElse(TaskLimits.DEFAULT);
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
        startTimeout,
        pool.maxValue() == null ? maxValue : pool.maxValue(),
        pool.maxOutput() == null ? maxOutput : pool.maxOutput(),
        pool.limits() == null ? limits : pool.limits().orElse(limits));
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
