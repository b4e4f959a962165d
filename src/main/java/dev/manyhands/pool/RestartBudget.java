package dev.manyhands.pool;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;

/// How fast a pool replaces worker processes that end: at once as long as its processes do work,
/// else ever more slowly, so that a function whose every task ends its process does not keep the
/// machine busy with starts.
///
/// A death costs one of the pool's tokens; a process that has done some work gives several back,
/// and each second one. Without tokens each further death doubles the pause between two starts, up
/// to [#LONGEST]; nobody waits for longer than that. With half of its tokens the pool starts at
/// once again. Safe for use by several threads.
final class RestartBudget {
  static final Duration LONGEST = Duration.ofSeconds(1);

  /// Deaths in a row without any work that cost nothing: a storm of them shall not hold up a pool
  /// that is well.
  static final int TOKENS = 50;

  private static final int PER_WORK = 5;
  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final Duration FIRST = Duration.ofMillis(20);

  @GuardedBy("this")
  private int tokens = TOKENS;

  /// When time gave the last token.
  @GuardedBy("this")
  private long givenAt;

  @GuardedBy("this")
  private Duration pause = Duration.ZERO;

  /// Before this time nothing starts, while there is a pause.
  @GuardedBy("this")
  private long next;

  /// @param now nanoseconds that only rise, as everywhere here
  RestartBudget(long now) {
    givenAt = now;
    next = now;
  }

  /// A process ended without having been told to.
  ///
  /// @return whether there is a pause from now on
  synchronized boolean died(long now) {
    boolean was = isSlow();
    passed(now);
    if (tokens > 0) {
      tokens--;
    } else {
      Duration longer = isSlow() ? pause.multipliedBy(2) : FIRST;
      pause = longer.compareTo(LONGEST) > 0 ? LONGEST : longer;
    }
    return isSlow() && !was;
  }

  /// A process did some work.
  ///
  /// @return whether there is no pause any more
  synchronized boolean worked(long now) {
    boolean was = isSlow();
    passed(now);
    give(PER_WORK);
    return was && !isSlow();
  }

  /// How long a start has to wait, which takes place then: the next one waits for the pause more.
  ///
  /// @return nanoseconds
  synchronized long waitBeforeStart(long now) {
    passed(now);
    if (!isSlow()) {
      return 0;
    }
    next = Math.min(Math.max(next, now) + pause.toNanos(), now + LONGEST.toNanos());
    return next - now;
  }

  synchronized Duration pause() {
    return pause;
  }

  @GuardedBy("this")
  private boolean isSlow() {
    return pause.isPositive();
  }

  @GuardedBy("this")
  private void passed(long now) {
    long seconds = Math.min((now - givenAt) / SECOND, TOKENS);
    if (seconds > 0) {
      givenAt = now;
      give((int) seconds);
    }
  }

  @GuardedBy("this")
  private void give(int more) {
    tokens = Math.min(TOKENS, tokens + more);
    if (tokens >= TOKENS / 2) {
      pause = Duration.ZERO;
    }
  }
}
