package dev.manyhands.dispatch;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.manyhands.job.Job;
import dev.manyhands.job.JobId;
import dev.manyhands.store.Change;
import dev.manyhands.store.JobStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Removes jobs that ended as long ago as they are to be kept, on a thread of its own that sleeps
/// until the next of them is due. Which are due the store knows: nothing is held in memory for a
/// job that has ended.
final class Retention implements JobListener, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Retention.class);

  /// Jobs that are removed at once; more would make the commits of others wait.
  static final int PORTION = 50;

  /// A step of the wall clock is noticed after this at the latest.
  private static final Duration LONGEST_SLEEP = Duration.ofHours(1);

  private static final Duration AFTER_A_FAULT = Duration.ofMinutes(1);

  private final JobStore store;
  private final ResultWriter writer;
  private final RecentJobs recent;
  private final InstantSource clock;
  private final ScheduledThreadPoolExecutor timer =
      new ScheduledThreadPoolExecutor(1, Retention::thread);

  @GuardedBy("this")
  private Instant armedFor = Instant.MAX;

  @GuardedBy("this")
  private @Nullable ScheduledFuture<?> armed;

  Retention(JobStore store, ResultWriter writer, RecentJobs recent, InstantSource clock) {
    this.store = store;
    this.writer = writer;
    this.recent = recent;
    this.clock = clock;
    timer.setRemoveOnCancelPolicy(true);
  }

  private static Thread thread(Runnable work) {
    return Thread.ofPlatform().name("retention").daemon().unstarted(work);
  }

  @Override
  public void ended(Job job) {
    Duration retention = job.spec().keeping().retention();
    Instant endedAt = job.timeline().endedAt();
    if (retention != null && endedAt != null) {
      wakeAt(endedAt.plus(retention));
    }
  }

  /// Looks now: at the start, and when a job is not needed by another any more.
  void wake() {
    wakeAt(clock.instant());
  }

  private synchronized void wakeAt(Instant due) {
    if (!due.isBefore(armedFor) || timer.isShutdown()) {
      return;
    }
    if (armed != null) {
      armed.cancel(false);
    }
    armedFor = due;
    Duration sleep = Duration.between(clock.instant(), due);
    if (sleep.compareTo(LONGEST_SLEEP) > 0) {
      sleep = LONGEST_SLEEP;
    }
    armed = timer.schedule(this::sweep, Math.max(0, sleep.toMillis() + 1), TimeUnit.MILLISECONDS);
  }

  private void sweep() {
    synchronized (this) {
      armedFor = Instant.MAX;
    }
    try {
      Instant now = clock.instant();
      List<JobId> due = store.removable(now, PORTION);
      removeAll(due);
      if (due.size() == PORTION) {
        wake();
      } else {
        store.nextRemoval(now).ifPresent(this::wakeAt);
      }
    } catch (RuntimeException e) {
      log.warn("Ended jobs could not be removed; tried again in {}", AFTER_A_FAULT, e);
      wakeAt(clock.instant().plus(AFTER_A_FAULT));
    }
  }

  private void removeAll(List<JobId> jobs) {
    List<CompletableFuture<Boolean>> removed = new ArrayList<>(jobs.size());
    for (JobId job : jobs) {
      CompletableFuture<Boolean> done = new CompletableFuture<>();
      writer.submit(new Change.Remove(job), done::complete, done::completeExceptionally);
      removed.add(done.whenComplete((_, _) -> recent.forget(job)));
    }
    removed.forEach(CompletableFuture::join);
    if (!jobs.isEmpty()) {
      log.debug(
          "{} jobs were removed, since they ended as long ago as they are kept.", jobs.size());
    }
  }

  /// Begins nothing new.
  @Override
  public void close() {
    timer.shutdownNow();
    try {
      if (!timer.awaitTermination(10, TimeUnit.SECONDS)) {
        log.warn("The removal of ended jobs goes on beyond the end of the service.");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
