package dev.manyhands.outbound;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import java.util.List;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/// How requests are sent on behalf of clients.
///
/// @param allow blocks of addresses that may be connected to although they are not public
/// @param connectTimeout the longest that the lookup of a name, a connection, and its encryption
///   may take, each
/// @param timeout the longest that a request may take in all
/// @param maxResponse the most bytes of an answer's body
/// @param maxConnections the most connections at once
@Validated
@ConfigurationProperties("manyhands.http")
public record HttpSettings(
    @DefaultValue List<Network> allow,
    @DefaultValue("5s") @NotNull @DurationMin(millis = 10) @DurationMax(minutes = 5)
        Duration connectTimeout,
    @DefaultValue("60s") @NotNull @DurationMin(millis = 10) @DurationMax(days = 1) Duration timeout,
    @DefaultValue("1MB") @NotNull DataSize maxResponse,
    @DefaultValue("1000") @Min(1) @Max(10_000) int maxConnections) {
  /// What stands without a setting.
  public static final HttpSettings DEFAULT =
      new HttpSettings(
          List.of(), Duration.ofSeconds(5), Duration.ofSeconds(60), DataSize.ofMegabytes(1), 1000);

  private static final long MAX_RESPONSE_BYTES = 64 << 20;

  public HttpSettings {
    allow = List.copyOf(allow);
    if (maxResponse.toBytes() < 1024 || maxResponse.toBytes() > MAX_RESPONSE_BYTES) {
      throw new IllegalArgumentException(
          "manyhands.http.max-response: expected 1KB to 64MB, got: " + maxResponse);
    }
  }

  public int maxResponseBytes() {
    return (int) maxResponse.toBytes();
  }

  /// The same with other addresses open.
  public HttpSettings allowing(List<Network> others) {
    return new HttpSettings(others, connectTimeout, timeout, maxResponse, maxConnections);
  }
}
