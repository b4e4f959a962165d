package dev.manyhands.pool;

import dev.manyhands.job.TaskError;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How a worker process gets the function of a chunk, within a time.
///
/// @param answers fail, all of them, if the function does
/// @param isStopped whether the chunk was stopped, so that an end of the process says nothing
record Loading(
    ChildProcess.Key key, Answers answers, WorkerRun.Shared shared, BooleanSupplier isStopped) {
  private static final Logger log = LoggerFactory.getLogger(Loading.class);

  enum End {
    LOADED,
    FAILED,
    /// The process ended before it heard of the function.
    UNTOUCHED
  }

  End of(ChildProcess child) {
    AtomicBoolean loads = new AtomicBoolean(true);
    Future<?> tooLong =
        shared
            .watchdog()
            .after(
                limit().toNanos(),
                () -> {
                  if (loads.compareAndSet(true, false)) {
                    child.kill();
                  }
                });
    try {
      TaskError error = child.load(key, shared.settings());
      if (!loads.compareAndSet(true, false)) {
        return died(child, true);
      }
      if (error == null) {
        return End.LOADED;
      }
      answers.failAll(error);
      return End.FAILED;
    } catch (IOException | Violation e) {
      return died(child, !loads.compareAndSet(true, false));
    } finally {
      tooLong.cancel(false);
    }
  }

  /// @param late whether this side ended it, since it took too long
  private End died(ChildProcess child, boolean late) {
    child.kill();
    TaskError.Exit exit = child.awaitExit();
    if (isStopped.getAsBoolean()) {
      return End.FAILED;
    }
    if (!late || !child.hasFunction()) {
      shared.children().starts().countDeath();
    }
    if (!child.hasFunction()) {
      if (late) {
        log.warn("a worker process did not take a function within {}; trying another", limit());
      }
      return End.UNTOUCHED;
    }
    if (late) {
      String message = "expected the function to load within " + limit();
      answers.failAll(TaskError.function("LoadTimedOut", message, null));
    } else {
      String message =
          "the worker process " + ExitStatus.inWords(exit) + " while it loaded the function";
      answers.failAll(new TaskError("function", "WorkerEnded", message, null, exit, null));
    }
    return End.FAILED;
  }

  private Duration limit() {
    return shared.settings().startTimeout();
  }
}
