package dev.manyhands.store;

import dev.manyhands.job.JobId;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// What became of a submission that named an idempotency key.
///
/// @param job that it made, or to which it added inputs; it may be removed meanwhile
/// @param fingerprint SHA-256 of what was sent; none: it has not arrived to its end, and if nobody
///   is sending it any more, it never will
/// @param first index of the first input that it added to a job that was there
/// @param count how many it added; 0: it made the job
/// @param answer what its sender was told; none: nobody knows
public record Keyed(
    JobId job, byte @Nullable [] fingerprint, int first, int count, byte @Nullable [] answer) {
  /// Whether exactly this was sent.
  public boolean isOf(byte[] other) {
    return fingerprint != null && Arrays.equals(fingerprint, other);
  }
}
