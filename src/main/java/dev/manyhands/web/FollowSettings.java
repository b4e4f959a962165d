package dev.manyhands.web;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/// How jobs are followed and waited for, under `manyhands.follow`.
///
/// @param heartbeat a reader to whom nothing else was sent for so long gets a sign of life
/// @param writeTimeout a reader that takes nothing for so long is cut off
/// @param maxReaders open answers at once; past it 503, so that some of the server's connections
///   are left for others
/// @param maxWaiting requests that `Prefer: wait` holds at once; past it they are answered as it
///   stands
@Validated
@ConfigurationProperties("manyhands.follow")
record FollowSettings(
    @DefaultValue("15s") Duration heartbeat,
    @DefaultValue("20s") Duration writeTimeout,
    @DefaultValue("11000") @Min(1) @Max(1_000_000) int maxReaders,
    @DefaultValue("11000") @Min(1) @Max(1_000_000) int maxWaiting) {
  private static final Duration LEAST = Duration.ofMillis(10);
  private static final Duration MOST = Duration.ofHours(1);

  FollowSettings {
    between("manyhands.follow.heartbeat", heartbeat);
    between("manyhands.follow.write-timeout", writeTimeout);
  }

  private static void between(String name, Duration came) {
    if (came.compareTo(LEAST) < 0 || came.compareTo(MOST) > 0) {
      throw new IllegalArgumentException(name + ": expected 10ms to 1h, got: " + came);
    }
  }
}
