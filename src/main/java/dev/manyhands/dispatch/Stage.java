package dev.manyhands.dispatch;

import dev.manyhands.job.Counts;
import dev.manyhands.job.Job;
import dev.manyhands.job.JobState;
import dev.manyhands.job.OnFailure;
import dev.manyhands.job.Reason;
import dev.manyhands.job.Standing;
import org.jspecify.annotations.Nullable;

/// What was decided about a job that has not ended: whether it may start, goes on, takes inputs.
/// With its counts that is its state. Only the scheduler touches it.
final class Stage {
  private static final Reason PAUSED =
      new Reason(Reason.Kind.PAUSED, "it is paused; inputs go on arriving");

  private final boolean stopsAtFailure;

  /// Whether more inputs may come.
  private boolean receiving;

  /// Whether a worker ever had a chunk of it.
  private boolean started;

  private boolean open;

  /// Whether other jobs have to end before.
  private boolean awaits;

  private boolean paused;
  private boolean cancelled;

  /// Why it was cancelled, where a client did not.
  private @Nullable Reason reason;

  /// Whether it was cancelled while it received: it never got all of its inputs.
  private boolean cutOff;

  private boolean stopped;

  Stage(Job job, Hold hold, long now) {
    Reason known = job.standing().reason();
    boolean heldBack = known != null && known.kind() == Reason.Kind.PAUSED;
    Counts counts = job.counts();
    this.stopsAtFailure = job.spec().care().onFailure() == OnFailure.STOP;
    this.receiving = job.state() == JobState.RECEIVING;
    this.started =
        job.timeline().startedAt() != null || job.state() == JobState.RUNNING || counts.done() > 0;
    this.open = hold.opens() <= now;
    this.awaits = hold.awaits();
    this.paused = heldBack || job.state() == JobState.PAUSED;
    this.cancelled = job.state() == JobState.CANCELLING;
    this.reason = heldBack ? null : known;
    this.stopped = stopsAtFailure && counts.failed() + counts.crashed() + counts.timedOut() > 0;
  }

  /// A worker gets a chunk of it.
  void start() {
    started = true;
  }

  /// Whether nothing of it may start now, whatever is free.
  boolean isHeld() {
    return paused || !open || awaits;
  }

  /// Whether the time from which it may start has come.
  boolean isOpen() {
    return open;
  }

  /// Its time has come.
  void open() {
    open = true;
  }

  /// The jobs before it have ended.
  void release() {
    awaits = false;
  }

  /// Nothing of it starts any more; it is about to be cancelled.
  void shut() {
    open = false;
  }

  /// @return false if it is so already
  boolean pause(boolean wanted) {
    boolean changes = paused != wanted;
    paused = wanted;
    return changes;
  }

  /// @param why none: a client wanted it
  void cancel(@Nullable Reason why) {
    if (!cancelled) {
      cancelled = true;
      reason = why;
    }
    cutOff |= receiving;
    receiving = false;
  }

  boolean isCancelled() {
    return cancelled;
  }

  /// A task has failed.
  ///
  /// @return whether that stops the rest; true once
  boolean fail() {
    boolean stops = stopsAtFailure && !isOver();
    stopped |= stops;
    return stops;
  }

  /// Whether nothing new of it is to start.
  boolean isOver() {
    return cancelled || stopped;
  }

  /// Whether more inputs may come.
  boolean isReceiving() {
    return receiving;
  }

  /// No more inputs come; false if that was known.
  boolean seal() {
    boolean was = receiving;
    receiving = false;
    return was;
  }

  /// The state that the log is to show with these counts.
  JobState state(Counts counts) {
    if (receiving) {
      return JobState.RECEIVING;
    }
    if (counts.done() < counts.total()) {
      if (cancelled) {
        return JobState.CANCELLING;
      }
      return paused ? JobState.PAUSED : started ? JobState.RUNNING : JobState.QUEUED;
    }
    if (cutOff || cancelled && counts.cancelled() > 0) {
      return reason != null && reason.kind() == Reason.Kind.DEADLINE
          ? JobState.EXPIRED
          : JobState.CANCELLED;
    }
    return counts.succeeded() == counts.total() ? JobState.SUCCEEDED : JobState.FAILED;
  }

  /// The state, with its reason.
  Standing standing(Counts counts) {
    JobState state = state(counts);
    return switch (state) {
      case CANCELLING, CANCELLED, EXPIRED -> new Standing(state, reason);
      case RECEIVING -> paused ? new Standing(state, PAUSED) : Standing.of(state);
      case QUEUED, RUNNING, PAUSED, SUCCEEDED, FAILED -> Standing.of(state);
    };
  }
}
