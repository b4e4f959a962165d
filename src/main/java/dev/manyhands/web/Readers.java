package dev.manyhands.web;

import dev.manyhands.job.Refusal;
import dev.manyhands.job.Refused;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/// The readers that follow jobs: how many there may be, and their end when it stops. They go first,
/// before the server waits for requests to end, since they would end with their jobs only.
@Component
final class Readers implements OpenAnswer.Register, SmartLifecycle {
  static final int RETRY_SECONDS = 5;

  private final FollowSettings settings;
  private final Set<OpenAnswer> open = ConcurrentHashMap.newKeySet();
  private volatile boolean started;

  Readers(FollowSettings settings, MeterRegistry registry) {
    this.settings = settings;
    Gauge.builder("manyhands.readers", open, Set::size)
        .description("Readers that follow a job")
        .register(registry);
  }

  @Override
  public Duration writeTimeout() {
    return settings.writeTimeout();
  }

  Duration heartbeat() {
    return settings.heartbeat();
  }

  /// Refused if there are as many as there may be, or a few more: they are counted when they begin
  /// to write.
  void requireRoom() {
    if (!started) {
      throw new Refused(new Refusal.Busy("the service is stopping", RETRY_SECONDS));
    }
    if (open.size() >= settings.maxReaders()) {
      throw new Refused(
          new Refusal.Busy(
              "expected fewer than " + settings.maxReaders() + " readers that follow jobs",
              RETRY_SECONDS));
    }
  }

  @Override
  public void enter(OpenAnswer answer) {
    open.add(answer);
    if (!started) {
      answer.cut();
    }
  }

  @Override
  public void leave(OpenAnswer answer) {
    open.remove(answer);
  }

  @Override
  public void start() {
    started = true;
  }

  @Override
  public void stop() {
    started = false;
    open.forEach(OpenAnswer::cut);
  }

  @Override
  public boolean isRunning() {
    return started;
  }

  /// Stopped before everything else.
  @Override
  public int getPhase() {
    return Integer.MAX_VALUE;
  }
}
