package dev.manyhands.dispatch;

import dev.manyhands.job.Refusal;
import dev.manyhands.job.Refused;
import dev.manyhands.json.Limits;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/// Whether more may come: bounded are the jobs that have not ended, the bytes of their inputs, and
/// the bytes of submissions on their way in, which are in memory. Asked before a body is read, so
/// that whoever comes in vain hears it at once. Safe for use by several threads; never waits.
final class Admission {
  private static final int RETRY_SECONDS = 5;

  /// What arrives is in memory for moments only.
  private static final int ARRIVING_RETRY_SECONDS = 1;

  /// What a sender of lines holds.
  private static final int STREAM_BYTES = 128 * 1024;

  private final DispatchSettings settings;
  private final Running running;
  private final long mostOfOne;
  private final long mostArriving;
  private final List<JobListener> listeners;
  private final AtomicLong arriving = new AtomicLong();

  /// @param mostOfOne bytes of one submission that are in memory at once, at most
  Admission(
      DispatchSettings settings, Running running, long mostOfOne, List<JobListener> listeners) {
    this.settings = settings;
    this.running = running;
    this.mostOfOne = mostOfOne;
    this.mostArriving = Math.max(mostOfOne, settings.maxArrivingBytes().toBytes());
    this.listeners = List.copyOf(listeners);
  }

  void refuseIfFull() {
    refuseIfFull(0);
  }

  /// @param bytes of inputs that come
  void refuseIfFull(long bytes) {
    if (running.isClosed()) {
      throw refused(TurnedDown.STOPPING, "the service is stopping", RETRY_SECONDS);
    }
    int most = settings.maxUnfinishedJobs();
    if (running.size() >= most) {
      throw refused(
          TurnedDown.JOBS, "expected fewer than " + most + " unfinished jobs", RETRY_SECONDS);
    }
    refuseIfStoredBytesAreMany(bytes);
  }

  void refuseIfStoredBytesAreMany() {
    refuseIfStoredBytesAreMany(0);
  }

  private void refuseIfStoredBytesAreMany(long bytes) {
    long most = settings.maxUnfinishedBytes().toBytes();
    if (running.inputBytes() + bytes > most) {
      throw refused(
          TurnedDown.STORED_BYTES,
          "expected at most " + most + " bytes of inputs of unfinished jobs",
          RETRY_SECONDS);
    }
  }

  /// Makes room for a document that is about to be read.
  ///
  /// @param length of its body; negative: unknown
  Arriving document(long length) {
    refuseIfFull();
    return new Arriving(this, length, mostOfOne);
  }

  /// The same for inputs alone, of which all are in memory.
  Arriving added(long length) {
    return new Arriving(this, length, Math.min(Limits.MAX_ADDED, mostArriving));
  }

  /// The same for lines, which are handed on as they come.
  Arriving lines(long length) {
    refuseIfFull();
    return new Arriving(this, length < 0 ? STREAM_BYTES : length, STREAM_BYTES);
  }

  /// Takes memory for a submission.
  ///
  /// @return whether there was room
  boolean enter(long bytes) {
    long now = arriving.addAndGet(bytes);
    if (now <= mostArriving) {
      return true;
    }
    arriving.addAndGet(-bytes);
    return false;
  }

  void leave(long bytes) {
    arriving.addAndGet(-bytes);
  }

  Refused tooManyArrive() {
    return refused(
        TurnedDown.ARRIVING_BYTES,
        "expected at most " + mostArriving + " bytes of submissions on their way in",
        ARRIVING_RETRY_SECONDS);
  }

  private Refused refused(TurnedDown why, String detail, int retryAfterSeconds) {
    listeners.forEach(listener -> listener.turnedDown(why));
    return new Refused(new Refusal.Busy(detail, retryAfterSeconds));
  }
}
