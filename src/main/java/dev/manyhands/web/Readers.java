package dev.manyhands.web;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.manyhands.job.Refusal;
import dev.manyhands.job.Refused;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/// The readers that follow jobs: never more than there may be, and their end when it stops. They go
/// first, before the server waits for requests to end, since they would end with their jobs only.
@Component
final class Readers implements SmartLifecycle {
  static final int RETRY_SECONDS = 5;

  /// So long a place is kept for an answer whose head was sent; its body begins at once, unless its
  /// client has gone in between, of which nobody tells.
  static final Duration PROMISE = Duration.ofSeconds(10);

  private final FollowSettings settings;
  private final LongSupplier nanos;

  @GuardedBy("this")
  private final Set<OpenAnswer> open = new HashSet<>();

  /// Places of answers that have not begun to write.
  @GuardedBy("this")
  private final Set<Place> promised = new HashSet<>();

  @GuardedBy("this")
  private boolean started;

  @Autowired
  Readers(FollowSettings settings, MeterRegistry registry) {
    this(settings, registry, System::nanoTime);
  }

  /// @param nanos the time, as [System#nanoTime] has it
  Readers(FollowSettings settings, MeterRegistry registry, LongSupplier nanos) {
    this.settings = settings;
    this.nanos = nanos;
    Gauge.builder("manyhands.readers", this, Readers::size)
        .description("Readers that follow a job")
        .register(registry);
  }

  private synchronized int size() {
    return open.size();
  }

  Duration heartbeat() {
    return settings.heartbeat();
  }

  /// Takes a place for one reader.
  ///
  /// @throws Refused if there are as many as there may be
  synchronized Place take() {
    if (!started) {
      throw new Refused(new Refusal.Busy("the service is stopping", RETRY_SECONDS));
    }
    if (isFull()) {
      long now = nanos.getAsLong();
      promised.removeIf(place -> now - place.since > PROMISE.toNanos());
    }
    if (isFull()) {
      throw new Refused(
          new Refusal.Busy(
              "expected fewer than " + settings.maxReaders() + " readers that follow jobs",
              RETRY_SECONDS));
    }
    Place place = new Place(nanos.getAsLong());
    promised.add(place);
    return place;
  }

  @GuardedBy("this")
  private boolean isFull() {
    return open.size() + promised.size() >= settings.maxReaders();
  }

  /// @return false if it is to end at once
  private synchronized boolean enter(Place place, OpenAnswer answer) {
    boolean welcome = started && (promised.remove(place) || !isFull());
    open.add(answer);
    return welcome;
  }

  private synchronized void leave(OpenAnswer answer) {
    open.remove(answer);
  }

  private synchronized void giveBack(Place place) {
    promised.remove(place);
  }

  /// What one reader takes.
  final class Place implements OpenAnswer.Register {
    private final long since;

    private Place(long since) {
      this.since = since;
    }

    @Override
    public Duration writeTimeout() {
      return settings.writeTimeout();
    }

    @Override
    public void enter(OpenAnswer answer) {
      if (!Readers.this.enter(this, answer)) {
        answer.cut();
      }
    }

    @Override
    public void leave(OpenAnswer answer) {
      Readers.this.leave(answer);
    }

    /// Nobody will read after all.
    void giveBack() {
      Readers.this.giveBack(this);
    }
  }

  @Override
  public synchronized void start() {
    started = true;
  }

  @Override
  public void stop() {
    end().forEach(OpenAnswer::cut);
  }

  private synchronized List<OpenAnswer> end() {
    started = false;
    return List.copyOf(open);
  }

  @Override
  public synchronized boolean isRunning() {
    return started;
  }

  /// Stopped before everything else.
  @Override
  public int getPhase() {
    return Integer.MAX_VALUE;
  }
}
