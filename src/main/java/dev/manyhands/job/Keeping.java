package dev.manyhands.job;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What becomes of a job beside its tasks: how long it is kept, what it repeats, who hears of it.
///
/// @param retention how long it is kept after its end, 1 s to 3,650 days; none: as the service is
///   set
/// @param retryOf the job of whose inputs it was made
/// @param webhooks at most 5
public record Keeping(
    @Nullable Duration retention, @Nullable JobId retryOf, List<Webhook> webhooks) {
  public static final Keeping DEFAULT = new Keeping(null, null, List.of());

  private static final Duration SHORTEST = Duration.ofSeconds(1);
  public static final Duration LONGEST = Duration.ofDays(3650);
  public static final int MAX_WEBHOOKS = 5;

  public Keeping {
    if (retention != null) {
      Rules.duration("/retention", SHORTEST, LONGEST, retention);
    }
    webhooks = List.copyOf(webhooks);
    Rules.size("/webhooks", "webhooks", 0, MAX_WEBHOOKS, webhooks.size());
  }

  /// Whether a job may be kept so long.
  public static boolean isRetention(Duration length) {
    return length.compareTo(SHORTEST) >= 0 && length.compareTo(LONGEST) <= 0;
  }

  /// The same, with this retention where none is given.
  public Keeping orKeptFor(@Nullable Duration length) {
    return retention != null || length == null ? this : new Keeping(length, retryOf, webhooks);
  }

  /// The same, as the retry of this job.
  public Keeping retrying(JobId job) {
    return new Keeping(retention, job, webhooks);
  }
}
