package dev.manyhands.dispatch;

import dev.manyhands.job.Counts;
import dev.manyhands.job.Job;
import dev.manyhands.job.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// How fast a job's tasks ended lately, and when the last of them will have ended if the others go
/// on like that.
///
/// @param tasks that ended in the window
/// @param window the time that they took, above zero
/// @param steps commits that the window saw: a pause no longer than one of them is no slowing down
/// @param error of the speed, as a part of it: 0.1 means that it is known to a tenth
/// @param at the last commit
public record Progress(int tasks, Duration window, int steps, double error, Instant at) {
  /// What no speed is faster than, so that no sum overflows.
  private static final double MIN_SECONDS = 1e-6;

  private static final Duration NEVER = Duration.ofDays(36_500);

  /// When the last task will have ended.
  ///
  /// @param earliest and `latest`: about nineteen of twenty jobs whose speed stays what it was end
  ///   between them
  public record Eta(Instant earliest, Instant likely, Instant latest) {}

  /// Of a job that has ended: its speed from the first task's start on.
  static @Nullable Progress whole(Job job) {
    Instant from = job.timeline().startedAt();
    Instant to = job.timeline().endedAt();
    if (from == null || to == null || !from.isBefore(to)) {
      return null;
    }
    return new Progress(job.counts().done(), Duration.between(from, to), 1, 0, to);
  }

  /// At a time at which nothing has ended since [#at], or the time of the job's end.
  public double tasksPerSecond(Instant now) {
    return tasks / seconds(now);
  }

  /// The window, and what the present pause is longer than a usual one.
  private double seconds(Instant now) {
    double known = Math.max(MIN_SECONDS, window.toNanos() / 1e9);
    double pause = Duration.between(at, now).toNanos() / 1e9 - known / steps;
    return known + Math.max(0, pause);
  }

  /// None for a job that has ended or does not run. Of one that may still get inputs it is the end
  /// of those that have come, and none if all of these have ended.
  public Optional<Eta> eta(Job job, Instant now) {
    Counts counts = job.counts();
    int left = counts.total() - counts.done();
    if (!isOnItsWay(job, left) || tasks == 0) {
      return Optional.empty();
    }
    double speed = tasksPerSecond(now);
    // What is left varies by itself too: of few tasks less is known than of many.
    double spread = Math.hypot(error, 1 / Math.sqrt(Math.max(1.0, tasks))) * 2;
    Instant from = at.isBefore(now) && seconds(now) > window.toNanos() / 1e9 ? now : at;
    return Optional.of(
        new Eta(
            latestOf(now, after(from, left / (speed * (1 + spread)))),
            latestOf(now, after(from, left / speed)),
            latestOf(now, after(from, left / speed * (1 + spread)))));
  }

  private static boolean isOnItsWay(Job job, int left) {
    Reason reason = job.standing().reason();
    boolean held = reason != null && reason.kind() == Reason.Kind.PAUSED;
    return switch (job.state()) {
      case RUNNING -> true;
      case RECEIVING -> left > 0 && !held;
      case QUEUED, PAUSED, CANCELLING, SUCCEEDED, FAILED, CANCELLED, EXPIRED -> false;
    };
  }

  private static Instant after(Instant from, double seconds) {
    Duration wait = seconds < NEVER.toSeconds() ? Duration.ofNanos((long) (seconds * 1e9)) : NEVER;
    return from.plus(wait);
  }

  private static Instant latestOf(Instant a, Instant b) {
    return a.isAfter(b) ? a : b;
  }
}
