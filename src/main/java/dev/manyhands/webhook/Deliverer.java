package dev.manyhands.webhook;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.manyhands.dispatch.JobListener;
import dev.manyhands.job.Job;
import dev.manyhands.job.ResultBlock;
import dev.manyhands.store.Delivery;
import dev.manyhands.store.Outbox;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/// Empties the outbox: one thread takes what is due and hands each delivery to a virtual thread of
/// its own, at most so many at once; then it waits until a commit may have put something in, an
/// attempt has ended, or the next delivery is due.
///
/// The outbox is the truth. A stop waits a little for what is under way; what was when the service
/// was killed is due again after its next start, so a webhook may be told twice, with the same id,
/// and never not at all.
final class Deliverer implements SmartLifecycle, JobListener {
  private static final Logger log = LoggerFactory.getLogger(Deliverer.class);

  /// After the store and dispatch, which it hears of, and stopped before them.
  private static final int PHASE = 2000;

  /// When the store could not be read or written.
  private static final Duration PAUSE = Duration.ofSeconds(5);

  private final Outbox outbox;
  private final Messenger messenger;
  private final Duration stopWait;
  private final InstantSource clock;
  private final Consumer<Delivery.State> ends;

  private @Nullable ExecutorService attempts;
  private @Nullable Thread thread;

  /// The last look failed, which was said; by the thread.
  private boolean unread;

  @GuardedBy("this")
  private final UnderWay underWay;

  @GuardedBy("this")
  private boolean somethingNew;

  @GuardedBy("this")
  private boolean open;

  /// @param atOnce attempts that are under way at the same time
  /// @param stopWait how long a stop waits for those
  /// @param ends is told the final state of each delivery
  Deliverer(
      Outbox outbox,
      Messenger messenger,
      int atOnce,
      Duration stopWait,
      InstantSource clock,
      Consumer<Delivery.State> ends) {
    this.outbox = outbox;
    this.messenger = messenger;
    this.stopWait = stopWait;
    this.clock = clock;
    this.ends = ends;
    this.underWay = new UnderWay(atOnce);
  }

  @Override
  public void appended(Job job, String pool, ResultBlock block) {
    wakeIfHeard(job);
  }

  @Override
  public void ended(Job job) {
    wakeIfHeard(job);
  }

  @Override
  public void tookOver() {
    wake();
  }

  private void wakeIfHeard(Job job) {
    if (!job.spec().keeping().webhooks().isEmpty()) {
      wake();
    }
  }

  private synchronized void wake() {
    somethingNew = true;
    notifyAll();
  }

  @Override
  public void start() {
    synchronized (this) {
      open = true;
      somethingNew = true;
    }
    ExecutorService executor =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("webhook-", 1).factory());
    attempts = executor;
    thread = Thread.ofVirtual().name("webhooks").start(() -> deliverUntilClosed(executor));
  }

  private void deliverUntilClosed(ExecutorService executor) {
    try {
      while (awaitWork(deliverWhatIsDue(executor))) {
        log.trace("webhooks are looked after");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// @return until when nothing more is due; none: nobody knows of anything
  private @Nullable Instant deliverWhatIsDue(ExecutorService executor) {
    try {
      Instant now = clock.instant();
      for (Delivery delivery : outbox.due(now, beginLook())) {
        if (begin(delivery)) {
          executor.execute(() -> attempt(delivery));
        }
      }
      Instant next = outbox.dueAfter(now).orElse(null);
      unread = false;
      return next;
    } catch (RuntimeException e) {
      if (!unread) {
        log.warn("The outbox cannot be read; looked at again each {}: {}", PAUSE, e.toString());
      }
      unread = true;
      return clock.instant().plus(PAUSE);
    }
  }

  /// Whatever comes from now on is looked at again.
  ///
  /// @return how many deliveries to ask for
  private synchronized int beginLook() {
    somethingNew = false;
    return underWay.look();
  }

  private synchronized boolean begin(Delivery delivery) {
    return underWay.begin(delivery.id());
  }

  private void attempt(Delivery delivery) {
    try {
      Delivery.State state = messenger.attempt(delivery);
      if (state != Delivery.State.PENDING) {
        ends.accept(state);
      }
      end(delivery);
    } catch (RuntimeException e) {
      log.warn("{}: what became of an attempt could not be stored; it is made again", delivery, e);
      CompletableFuture.delayedExecutor(PAUSE.toMillis(), TimeUnit.MILLISECONDS)
          .execute(() -> end(delivery));
    }
  }

  private synchronized void end(Delivery delivery) {
    underWay.end(delivery.id());
    somethingNew = true;
    notifyAll();
  }

  /// @return false if it is closed
  private synchronized boolean awaitWork(@Nullable Instant next) throws InterruptedException {
    while (open && !somethingNew) {
      if (next == null) {
        wait();
        continue;
      }
      long millis = Duration.between(clock.instant(), next).toMillis() + 1;
      if (millis <= 0) {
        break;
      }
      wait(millis);
    }
    return open;
  }

  /// What is under way may end, but not for long: then it is broken off, and made again after the
  /// next start.
  @Override
  public void stop() {
    synchronized (this) {
      open = false;
      notifyAll();
    }
    if (thread != null) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    if (attempts != null) {
      attempts.shutdown();
      try {
        if (!attempts.awaitTermination(stopWait.toMillis(), TimeUnit.MILLISECONDS)) {
          log.info("Webhooks that do not answer are told again after the next start.");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      attempts.shutdownNow();
      attempts.close();
    }
  }

  @Override
  public synchronized boolean isRunning() {
    return open;
  }

  @Override
  public int getPhase() {
    return PHASE;
  }
}
