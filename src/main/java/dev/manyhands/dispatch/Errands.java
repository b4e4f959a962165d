package dev.manyhands.dispatch;

import dev.manyhands.store.StoreUnknown;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Steps that are done for jobs beside the threads that must not wait for the store. A step that
/// fails is taken again until it works, for as long as this very job is live here: its node may
/// have lost it, and begun it anew. Safe for use by several threads; each step has one of its own.
final class Errands implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Errands.class);

  /// Before a step that failed is taken again.
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final LiveJobs live;
  private final String what;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  /// Holds no thread meanwhile; a service that has stopped takes nothing from it.
  private final Executor later =
      CompletableFuture.delayedExecutor(PAUSE.toMillis(), TimeUnit.MILLISECONDS, threads);

  /// @param what of a job the steps are about, for the log
  Errands(LiveJobs live, String what) {
    this.live = live;
    this.what = what;
  }

  /// Returns at once.
  void send(LiveJob job, Runnable step) {
    if (!threads.isShutdown()) {
      threads.execute(() -> take(job, step));
    }
  }

  /// Takes the step now, on the thread of one that came before it and is not taken again with it.
  void take(LiveJob job, Runnable step) {
    if (live.get(job.id()) != job) {
      return;
    }
    try {
      step.run();
    } catch (StoreUnknown e) {
      // Fed again, it might have inputs twice. Who takes the job anew sees how many there are.
      log.error("{} waits until it is taken anew, since its inputs may be stored", job.id(), e);
    } catch (RuntimeException | Error e) {
      // Of an error, too: one input may be more than there is memory for now.
      if (!threads.isShutdown()) {
        log.warn("{}: {} are looked at again in {}: {}", job.id(), what, PAUSE, e.toString());
        later.execute(() -> take(job, step));
      }
    }
  }

  /// Takes a step of no job in particular; somebody else sends it again if it fails. Returns at
  /// once.
  void sendOnce(Runnable step) {
    if (threads.isShutdown()) {
      return;
    }
    threads.execute(() -> {
      try {
        step.run();
      } catch (RuntimeException | Error e) {
        log.warn("{} of jobs are looked at again later: {}", what, e.toString());
      }
    });
  }

  /// Begins no step any more, and interrupts those that are under way.
  @Override
  public void close() {
    threads.shutdownNow();
  }
}
