package dev.manyhands.webhook;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.backoff.BackOffExecution;
import org.springframework.util.backoff.ExponentialBackOff;
import org.springframework.validation.annotation.Validated;

/// How webhooks are told, under `manyhands.webhooks`.
///
/// @param attempts tries of one delivery in all
/// @param firstRetry how long after the first attempt comes the second; then five times as long
///   each time
/// @param longestRetry the most that lies between two attempts
/// @param timeout the longest that one attempt may take
/// @param atOnce attempts that are under way at the same time
@Validated
@ConfigurationProperties("manyhands.webhooks")
record WebhookSettings(
    @DefaultValue("8") @Min(1) @Max(50) int attempts,
    @DefaultValue("5s") @NotNull @DurationMin(millis = 1) @DurationMax(days = 1)
        Duration firstRetry,
    @DefaultValue("6h") @NotNull @DurationMin(millis = 1) @DurationMax(days = 7)
        Duration longestRetry,
    @DefaultValue("10s") @NotNull @DurationMin(millis = 10) @DurationMax(minutes = 5)
        Duration timeout,
    @DefaultValue("64") @Min(1) @Max(1000) int atOnce) {
  private static final double GROWTH = 5;

  /// A fifth of the wait, more or less: receivers that were down together are not all called again
  /// at the same moment.
  private static final int JITTER_SHARE = 5;

  /// How long to wait after the given attempt has failed.
  ///
  /// @param attempt counted from 1
  Duration waitAfter(int attempt) {
    ExponentialBackOff backOff = new ExponentialBackOff(firstRetry.toMillis(), GROWTH);
    backOff.setMaxInterval(longestRetry.toMillis());
    backOff.setJitter(firstRetry.toMillis() / JITTER_SHARE);
    BackOffExecution execution = backOff.start();
    long wait = execution.nextBackOff();
    for (int i = 1; i < attempt; i++) {
      wait = execution.nextBackOff();
    }
    return Duration.ofMillis(wait);
  }
}
