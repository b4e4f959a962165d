package dev.manyhands.web;

import dev.manyhands.json.Limits;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/// How much one posted job may hold, under `manyhands.limits`.
///
/// @param maxBody of the whole body
/// @param maxInput of one input, and of everything beside the inputs
/// @param maxInputs tasks of one job
/// @param maxPause the longest that a sender may send nothing in the middle of a body, 1 s to 1 day
@Validated
@ConfigurationProperties("manyhands.limits")
record LimitsSettings(
    @DefaultValue("256MB") DataSize maxBody,
    @DefaultValue("8MB") DataSize maxInput,
    @DefaultValue("100000000") @Min(1) @Max(1_000_000_000) int maxInputs,
    @DefaultValue("10m") Duration maxPause) {
  private static final DataSize MAX_INPUT = DataSize.ofMegabytes(512);

  LimitsSettings {
    between("manyhands.limits.max-body", maxBody, DataSize.ofTerabytes(1));
    between("manyhands.limits.max-input", maxInput, MAX_INPUT);
    if (maxPause.compareTo(Duration.ofSeconds(1)) < 0
        || maxPause.compareTo(Duration.ofDays(1)) > 0) {
      throw new IllegalArgumentException(
          "manyhands.limits.max-pause: expected 1s to 1d, got: " + maxPause);
    }
  }

  private static void between(String name, DataSize came, DataSize max) {
    if (came.compareTo(DataSize.ofKilobytes(1)) < 0 || came.compareTo(max) > 0) {
      throw new IllegalArgumentException(name + ": expected 1KB to " + max + ", got: " + came);
    }
  }

  Limits limits() {
    return new Limits(maxBody.toBytes(), Math.toIntExact(maxInput.toBytes()), maxInputs);
  }
}
