package dev.manyhands.store;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/// How long a node that is not heard of keeps its jobs, where several nodes share a database.
///
/// @param lease renewed at a third of it; the rest is for a database that answers late
@Validated
@ConfigurationProperties("manyhands.cluster")
public record LeaseSettings(@DefaultValue("15s") Duration lease) {
  private static final Duration LEAST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofMinutes(10);

  public LeaseSettings {
    if (lease.compareTo(LEAST) < 0 || lease.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "manyhands.cluster.lease: expected 1s to 10m, got: " + lease);
    }
  }
}
