package dev.manyhands.pool;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How a pool of which no process can work gets well again: others are tried, ever more slowly,
/// until one is there; only work that is done makes the next pause short again.
///
/// Safe for use by several threads.
final class Healing {
  private static final Logger log = LoggerFactory.getLogger(Healing.class);

  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration MAX_PAUSE = Duration.ofSeconds(5);

  private final Fitness fitness;
  private final CountDownLatch closing;
  private final BooleanSupplier startOne;
  private final Runnable healed;

  @GuardedBy("this")
  private Duration nextPause = FIRST_PAUSE;

  /// @param closing when it is down, nothing is tried any more
  /// @param startOne whether a process could be started
  Healing(Fitness fitness, CountDownLatch closing, BooleanSupplier startOne, Runnable healed) {
    this.fitness = fitness;
    this.closing = closing;
    this.startOne = startOne;
    this.healed = healed;
  }

  /// No process of the pool can work at present.
  void degrade(String why) {
    if (fitness.broke(why)) {
      log.error("no worker process can be started; trying again until one can: {}", why);
      Thread.ofVirtual().name("worker-healer").start(this::heal);
    }
  }

  /// A process has done work.
  synchronized void worked() {
    nextPause = FIRST_PAUSE;
  }

  private void heal() {
    try {
      while (!closing.await(pause().toNanos(), TimeUnit.NANOSECONDS)) {
        if (startOne.getAsBoolean()) {
          log.info("worker processes can be started again");
          fitness.healed();
          healed.run();
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized Duration pause() {
    Duration pause = nextPause;
    Duration twice = pause.multipliedBy(2);
    nextPause = twice.compareTo(MAX_PAUSE) > 0 ? MAX_PAUSE : twice;
    return pause;
  }
}
