package dev.manyhands.web;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.impl.io.MonitoringResponseOutOfOrderStrategy;
import org.apache.hc.core5.http.io.HttpClientConnection;
import org.apache.hc.core5.http.io.ResponseOutOfOrderStrategy;
import org.jspecify.annotations.Nullable;

/// Sees it when another node answers a request whose body is still on its way there: at each write,
/// and now and then while the sender is silent and there is nothing to write.
final class EarlyAnswers implements ResponseOutOfOrderStrategy, AutoCloseable {
  private static final Duration OFTEN = Duration.ofMillis(250);

  /// Of the request that the thread sends.
  private static final ThreadLocal<@Nullable Watch> HERE = new ThreadLocal<>();

  /// Each write looks for an answer first.
  private final ResponseOutOfOrderStrategy atWrites = new MonitoringResponseOutOfOrderStrategy(1);

  private final ScheduledThreadPoolExecutor timer =
      new ScheduledThreadPoolExecutor(
          1, Thread.ofPlatform().name("early-answers").daemon().factory());

  EarlyAnswers() {
    timer.setRemoveOnCancelPolicy(true);
  }

  /// The body that this thread sends until the watch is closed.
  Watch watch(@Nullable PassedBody body) {
    Watch watch = new Watch(body);
    HERE.set(watch);
    return watch;
  }

  /// Whether other requests may use the connection of the one that this thread has sent: not if it
  /// was answered before its end, after which the other node reads nothing more from it.
  boolean isWhole() {
    Watch watch = HERE.get();
    return watch == null || watch.body == null || watch.body.isWhole();
  }

  /// Looks for the answer to one request.
  final class Watch implements AutoCloseable {
    private final @Nullable PassedBody body;
    private final @Nullable ScheduledFuture<?> looking;

    /// Where the answer comes; none: nothing was written yet.
    private volatile @Nullable InputStream answers;

    private Watch(@Nullable PassedBody body) {
      this.body = body;
      long often = OFTEN.toNanos();
      looking =
          body == null
              ? null
              : timer.scheduleWithFixedDelay(this::look, often, often, TimeUnit.NANOSECONDS);
    }

    private void look() {
      InputStream from = answers;
      try {
        if (from != null && body != null && from.available() > 0) {
          body.answered();
        }
      } catch (IOException closed) {
        // Whoever sends on it sees that too.
      }
    }

    @Override
    public void close() {
      HERE.remove();
      if (looking != null) {
        looking.cancel(false);
      }
    }
  }

  @Override
  public boolean isEarlyResponseDetected(
      ClassicHttpRequest request,
      HttpClientConnection connection,
      InputStream answers,
      long sent,
      long next)
      throws IOException {
    Watch watch = HERE.get();
    if (watch != null) {
      watch.answers = answers;
    }
    return atWrites.isEarlyResponseDetected(request, connection, answers, sent, next);
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
