package dev.manyhands.web;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.function.Supplier;
import org.springframework.stereotype.Component;

/// The requests that wait because they prefer to. A waiting request keeps all of its memory, so
/// there are only so many; a preference may be passed over, so one more is answered as it stands.
@Component
final class Waiting {
  private final Semaphore places;

  Waiting(FollowSettings settings) {
    this.places = new Semaphore(settings.maxWaiting());
  }

  /// @param wait gives the answer after at most so long
  /// @param now gives it as it stands
  <T> T answer(
      HttpServletRequest request,
      HttpServletResponse response,
      Function<Duration, T> wait,
      Supplier<T> now) {
    Optional<Duration> atMost = Prefer.waiting(request);
    if (atMost.isEmpty() || !places.tryAcquire()) {
      return now.get();
    }
    try {
      response.setHeader("Preference-Applied", "wait=" + atMost.get().toSeconds());
      return wait.apply(atMost.get());
    } finally {
      places.release();
    }
  }
}
