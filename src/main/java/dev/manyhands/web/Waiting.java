package dev.manyhands.web;

import dev.manyhands.dispatch.JobService;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/// The requests that wait because they prefer to. The first of them wait as they are, which costs
/// 135 KB each and keeps their connections; when many wait the others leave their requests as
/// [LateAnswer]s. A preference may be passed over, so beyond the most one is answered as it stands.
@Component
final class Waiting implements OpenAnswer.Register, SmartLifecycle {
  /// Of requests that wait as they are: 34 MB, and more than wait at once for short jobs.
  static final int MAX_KEPT = 250;

  /// How long a stop waits until those that wait are answered.
  private static final Duration LONGEST_STOP = Duration.ofSeconds(5);

  private final JobService jobs;
  private final Duration writeTimeout;
  private final int maxKept;
  private final int maxLate;

  /// The places of requests that wait as they are.
  final Semaphore kept;

  private final Set<OpenAnswer> late = ConcurrentHashMap.newKeySet();
  private volatile boolean started;

  Waiting(FollowSettings settings, JobService jobs, MeterRegistry registry) {
    this.jobs = jobs;
    this.writeTimeout = settings.writeTimeout();
    this.maxKept = Math.min(MAX_KEPT, settings.maxWaiting());
    this.maxLate = settings.maxWaiting() - maxKept;
    this.kept = new Semaphore(maxKept);
    Gauge.builder("manyhands.waiting", this, Waiting::size)
        .description("Requests that wait for a job because they prefer to")
        .register(registry);
  }

  private int size() {
    return maxKept - kept.availablePermits() + late.size();
  }

  /// Answers after a wait if the request prefers one and there is room, else at once.
  <T> void answer(HttpServletRequest request, HttpServletResponse response, Awaited<T> awaited)
      throws IOException {
    Optional<Duration> atMost = Prefer.waiting(request);
    if (atMost.isEmpty()) {
      awaited.answer().send(awaited.now().get(), response);
    } else if (kept.tryAcquire()) {
      T found;
      try {
        response.setHeader(Prefer.APPLIED, Prefer.applied(atMost.get()));
        found = awaited.await().apply(atMost.get());
      } finally {
        kept.release();
      }
      awaited.answer().send(found, response);
    } else {
      T now = awaited.now().get();
      if (!awaited.over().test(now) && awaited.mayLeave() && hasRoom(request)) {
        new LateAnswer<>(awaited, atMost.get(), this).leave(request);
      } else {
        awaited.answer().send(now, response);
      }
    }
  }

  /// For a few more than there may be: they are counted when they have left. An answer without a
  /// body is not worth a way of its own.
  private boolean hasRoom(HttpServletRequest request) {
    return started && late.size() < maxLate && !request.getMethod().equals("HEAD");
  }

  @Override
  public Duration writeTimeout() {
    return writeTimeout;
  }

  @Override
  public void enter(OpenAnswer answer) {
    late.add(answer);
  }

  @Override
  public void leave(OpenAnswer answer) {
    late.remove(answer);
    if (!started) {
      synchronized (this) {
        notifyAll();
      }
    }
  }

  @Override
  public void start() {
    started = true;
  }

  /// Everyone is answered as it stands; who does not take the answer is cut off.
  @Override
  public void stop() {
    started = false;
    jobs.releaseWaiters();
    awaitNone();
    late.forEach(OpenAnswer::cut);
  }

  private synchronized void awaitNone() {
    long end = System.nanoTime() + LONGEST_STOP.toNanos();
    try {
      for (long left = LONGEST_STOP.toNanos();
          left > 0 && !late.isEmpty();
          left = end - System.nanoTime()) {
        TimeUnit.NANOSECONDS.timedWait(this, left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
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
