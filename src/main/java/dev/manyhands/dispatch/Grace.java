package dev.manyhands.dispatch;

import java.time.Duration;
import org.springframework.context.SmartLifecycle;

/// The first part of a stop: nothing new is taken or begun, and tasks that run may end, while
/// requests are still answered. What has not ended then is ended when the room stops.
///
/// ```
///   readers and senders go -> grace -> the web server stops -> Dispatch stops
/// ```
final class Grace implements SmartLifecycle {
  /// After whatever waits for jobs was let go, and before the web server takes no more requests.
  private static final int PHASE = Integer.MAX_VALUE - 512;

  private final Dispatch dispatch;
  private final Duration grace;
  private volatile boolean started;

  Grace(Dispatch dispatch, Duration grace) {
    this.dispatch = dispatch;
    this.grace = grace;
  }

  @Override
  public void start() {
    started = true;
  }

  @Override
  public void stop() {
    started = false;
    dispatch.rest(grace);
  }

  @Override
  public boolean isRunning() {
    return started;
  }

  @Override
  public int getPhase() {
    return PHASE;
  }
}
