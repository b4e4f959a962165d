package dev.manyhands.store;

import dev.manyhands.job.JobId;
import dev.manyhands.job.Webhook;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// One event on its way to one webhook.
///
/// @param id the same at every attempt, so that a receiver knows what it has heard already
/// @param body what is posted
/// @param dueAt when it is tried next; none at its end
/// @param attempts those that were made, in order
public record Delivery(
    String id,
    JobId job,
    Webhook webhook,
    String event,
    byte[] body,
    State state,
    Instant createdAt,
    @Nullable Instant dueAt,
    List<Attempt> attempts) {
  public Delivery {
    attempts = List.copyOf(attempts);
  }

  /// How far it has got.
  public enum State {
    /// It is tried, or will be.
    PENDING,
    /// The webhook has taken it.
    DELIVERED,
    /// The webhook said that it wants nothing more (410), of this or of earlier news of the job.
    GONE,
    /// Its address may not be connected to.
    REFUSED,
    /// Every attempt that it had has failed.
    FAILED,
    /// An attempt has failed, and there is newer news for the webhook, which goes first: what is
    /// older is not told after it.
    OVERTAKEN;

    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// One attempt to deliver it.
  ///
  /// @param number from 1 on
  /// @param status of the answer, if one came
  /// @param error why none came
  public record Attempt(
      int number, Instant at, Duration took, @Nullable Integer status, @Nullable String error) {}

  @Override
  public String toString() {
    return id + " (" + event + " of " + job + ")";
  }
}
