package dev.manyhands.dispatch;

import dev.manyhands.job.Keeping;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/// How much may be under way at once, under `manyhands.dispatch`.
///
/// @param maxUnfinishedJobs past it a submission is turned down with 503; each costs some kilobytes
///   of heap
/// @param maxUnfinishedBytes of the inputs of those jobs, on disk; past it the same
/// @param maxArrivingBytes of submissions on their way in that are in memory at once; past it the
///   same, but at least one of any size has room
/// @param inputCache bytes of inputs kept in memory until they are handed out; the rest is read
///   back from the store
/// @param backlog bytes of results, and of inputs on their way in, that wait to be written; past it
///   their senders wait
/// @param linger how long results of a job that goes on and is not followed may wait to be
///   committed together with others
/// @param maxAhead bytes of a job's inputs that may have arrived one by one and not been run; past
///   it their sender is read no further
/// @param maxHold how long that sender is held before a little more of what it sends is taken: only
///   so it is seen that it has gone
/// @param retention how long a job is kept after its end if it does not say so itself; 0: until it
///   is deleted
/// @param grace how long tasks may run on when the service stops; 0: not at all
@Validated
@ConfigurationProperties("manyhands.dispatch")
public record DispatchSettings(
    @DefaultValue("10000") @Min(1) @Max(1_000_000) int maxUnfinishedJobs,
    @DefaultValue("10GB") DataSize maxUnfinishedBytes,
    @DefaultValue("128MB") DataSize maxArrivingBytes,
    @DefaultValue("32MB") DataSize inputCache,
    @DefaultValue("32MB") DataSize backlog,
    @DefaultValue("50ms") Duration linger,
    @DefaultValue("256MB") DataSize maxAhead,
    @DefaultValue("15s") Duration maxHold,
    @DefaultValue("30d") Duration retention,
    @DefaultValue("10s") Duration grace) {

  private static final Duration MAX_GRACE = Duration.ofHours(1);
  private static final Duration MIN_HOLD = Duration.ofMillis(1);
  private static final Duration MAX_HOLD = Duration.ofHours(1);
  private static final Duration MAX_LINGER = Duration.ofSeconds(1);

  public DispatchSettings {
    atLeastOneMegabyte("manyhands.dispatch.max-unfinished-bytes", maxUnfinishedBytes);
    atLeastOneMegabyte("manyhands.dispatch.max-arriving-bytes", maxArrivingBytes);
    atLeastOneMegabyte("manyhands.dispatch.input-cache", inputCache);
    atLeastOneMegabyte("manyhands.dispatch.backlog", backlog);
    atLeastOneMegabyte("manyhands.dispatch.max-ahead", maxAhead);
    if (linger.isNegative() || linger.compareTo(MAX_LINGER) > 0) {
      throw new IllegalArgumentException(
          "manyhands.dispatch.linger: expected 0s to 1s, got: " + linger);
    }
    if (maxHold.compareTo(MIN_HOLD) < 0 || maxHold.compareTo(MAX_HOLD) > 0) {
      throw new IllegalArgumentException(
          "manyhands.dispatch.max-hold: expected 1ms to 1h, got: " + maxHold);
    }
    if (grace.isNegative() || grace.compareTo(MAX_GRACE) > 0) {
      throw new IllegalArgumentException(
          "manyhands.dispatch.grace: expected 0s to 1h, got: " + grace);
    }
    if (!retention.isZero() && !Keeping.isRetention(retention)) {
      throw new IllegalArgumentException(
          "manyhands.dispatch.retention: expected 0, or 1s to "
              + Keeping.LONGEST.toDays()
              + "d, got: "
              + retention);
    }
  }

  /// How long a job is kept that does not say so itself; none: until it is deleted.
  @Nullable Duration keptFor() {
    return retention.isZero() ? null : retention;
  }

  private static void atLeastOneMegabyte(String name, DataSize came) {
    if (came.toBytes() < DataSize.ofMegabytes(1).toBytes()) {
      throw new IllegalArgumentException(name + ": expected at least 1MB, got: " + came);
    }
  }
}
