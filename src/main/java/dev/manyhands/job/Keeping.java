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

  public static final Duration LONGEST = Duration.ofDays(3650);
  public static final int MAX_WEBHOOKS = 5;

  public Keeping {
    if (retention != null) {
      Rules.duration("/retention", Duration.ofSeconds(1), LONGEST, retention);
    }
    webhooks = List.copyOf(webhooks);
    Rules.size("/webhooks", "webhooks", 0, MAX_WEBHOOKS, webhooks.size());
  }
}
