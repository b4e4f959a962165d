package dev.manyhands.dispatch;

import dev.manyhands.job.Reason;
import dev.manyhands.job.Standing;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Why nothing of a job can run at present: a reason that passes, which clients are told, and which
/// is never stored.
final class Obstacle {
  private @Nullable Reason reason;

  /// @param why none: it can run
  /// @return whether that is news
  boolean set(@Nullable Reason why) {
    boolean changes = !Objects.equals(reason, why);
    reason = why;
    return changes;
  }

  /// How the job stands for clients.
  ///
  /// @param standing with the last reason that was told of it, or the one that is stored
  Standing shown(Standing standing) {
    return switch (standing.state()) {
      case RECEIVING ->
          isFor(Reason.Kind.PAUSED, standing) ? standing : new Standing(standing.state(), reason);
      case QUEUED, RUNNING -> new Standing(standing.state(), reason);
      case PAUSED -> Standing.of(standing.state());
      case CANCELLING, SUCCEEDED, FAILED, CANCELLED, EXPIRED ->
          isFor(Reason.Kind.POOL, standing) || isFor(Reason.Kind.PAUSED, standing)
              ? Standing.of(standing.state())
              : standing;
    };
  }

  private static boolean isFor(Reason.Kind kind, Standing standing) {
    return standing.reason() != null && standing.reason().kind() == kind;
  }
}
