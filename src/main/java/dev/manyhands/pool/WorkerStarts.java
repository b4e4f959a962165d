package dev.manyhands.pool;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Starts the worker processes of a pool: ever more slowly while they end without doing any work,
/// see [RestartBudget], and another one in place of one that was killed before it was there. Safe
/// for use by several threads.
final class WorkerStarts {
  private static final Logger log = LoggerFactory.getLogger(WorkerStarts.class);

  /// So many that are killed in a row are no accident: then none can be started at present.
  private static final int MAX_TRIES = 3;

  private final Launcher launcher;
  private final CountDownLatch closing;
  private final RestartBudget budget = new RestartBudget(System.nanoTime());

  /// @param closing ends every wait when the pool closes, which then ends what is started here
  WorkerStarts(Launcher launcher, CountDownLatch closing) {
    this.launcher = launcher;
    this.closing = closing;
  }

  /// Starts a blank worker process and waits until it is there.
  ///
  /// @throws IOException with the reason, for people, if none can be started
  ChildProcess start() throws IOException, InterruptedException {
    for (int tries = 1; ; tries++) {
      var _ = closing.await(budget.waitBeforeStart(System.nanoTime()), TimeUnit.NANOSECONDS);
      try {
        return launcher.start();
      } catch (KilledAtStart e) {
        countDeath();
        if (tries == MAX_TRIES || closing.getCount() == 0) {
          throw e;
        }
        log.warn("a worker process was killed as it started; starting another: {}", e.getMessage());
      }
    }
  }

  /// A process ended, or had to be ended, without having been told to.
  void countDeath() {
    launcher.countDeath();
    if (budget.died(System.nanoTime())) {
      log.warn(
          "worker processes end faster than they do any work; new ones start ever more slowly, up to"
              + " {} apart",
          RestartBudget.LONGEST);
    }
  }

  /// A process has done something.
  void worked() {
    if (budget.worked(System.nanoTime())) {
      log.info("worker processes do work again and start at once");
    }
  }

  /// The pause between two starts at present.
  Duration pause() {
    return budget.pause();
  }
}
