package dev.manyhands.pool;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/// The pools of threads as `manyhands.threads` sets them.
///
/// @param grace how long a task that does not heed its interrupt may go on before it is given up:
///   its outcome is told, and another thread takes its place in the pool
/// @param maxLost threads of a pool that such tasks may hold; with so many it takes no more until
///   one of them ends
@Validated
@ConfigurationProperties("manyhands.threads")
public record ThreadSettings(
    @DefaultValue("500ms")
        @DurationMin(
            millis = 1,
            message = "expected a duration from 1ms to 10m, got: ${validatedValue}")
        @DurationMax(
            minutes = 10,
            message = "expected a duration from 1ms to 10m, got: ${validatedValue}")
        Duration grace,
    @DefaultValue("8")
        @Min(value = 0, message = "expected a number from 0 to 10000, got: ${validatedValue}")
        @Max(value = 10000, message = "expected a number from 0 to 10000, got: ${validatedValue}")
        int maxLost) {
  public static final ThreadSettings DEFAULT = new ThreadSettings(Duration.ofMillis(500), 8);
}
