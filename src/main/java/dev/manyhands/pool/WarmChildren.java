package dev.manyhands.pool;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The worker processes of a pool that no chunk uses: loaded ones, kept warm for the next chunk of
/// their function, and a few blank spares, so that a new function need not wait for the start of a
/// process.
///
/// At most twice the pool's size and one are kept loaded: enough for two jobs side by side; the one
/// unused for the longest time gives way. Safe for use by several threads; processes are started
/// and ended outside the lock.
final class WarmChildren {
  private static final Logger log = LoggerFactory.getLogger(WarmChildren.class);

  private static final int MAX_SPARES = 2;
  private static final Duration GRACE = Duration.ofSeconds(1);
  private static final Duration CLOSE_WAIT = Duration.ofSeconds(10);
  private static final Duration FIRST_BACKOFF = Duration.ofMillis(100);
  private static final Duration MAX_BACKOFF = Duration.ofSeconds(5);

  private final Launcher launcher;

  /// All that are not gone, those at work included.
  private final Set<ChildProcess> living = ConcurrentHashMap.newKeySet();

  private volatile @Nullable String problem;

  /// The most recently used first.
  @GuardedBy("this")
  private final ArrayDeque<ChildProcess> idle = new ArrayDeque<>();

  @GuardedBy("this")
  private final ArrayDeque<ChildProcess> spares = new ArrayDeque<>();

  @GuardedBy("this")
  private int sparesComing;

  @GuardedBy("this")
  private int size;

  @GuardedBy("this")
  private boolean closed;

  WarmChildren(Launcher launcher, int size) {
    this.launcher = launcher;
    this.size = size;
    refill();
  }

  /// Why no worker process can be started at present.
  Optional<String> problem() {
    return Optional.ofNullable(problem);
  }

  synchronized void resize(int newSize) {
    size = newSize;
  }

  /// A process that is loaded for the key, or is blank; tries until one starts.
  ///
  /// @param givesUp waits for a while, and is true if the process is not needed any more
  /// @return null if it gave up
  @Nullable ChildProcess take(ChildProcess.Key key, Predicate<Duration> givesUp)
      throws InterruptedException {
    for (ChildProcess child = poll(key); child != null; child = poll(key)) {
      if (child.isQuiet()) {
        return child;
      }
      log.warn(
          "a worker process of {} ended or wrote between two chunks; taking another",
          key.function().label());
      countDeath();
      discard(child);
    }
    Duration backoff = FIRST_BACKOFF;
    while (true) {
      try {
        return start();
      } catch (IOException e) {
        report(e);
      }
      if (givesUp.test(backoff)) {
        return null;
      }
      backoff = backoff.multipliedBy(2);
      backoff = backoff.compareTo(MAX_BACKOFF) > 0 ? MAX_BACKOFF : backoff;
    }
  }

  /// A process ended, or had to be ended, without having been told to.
  void countDeath() {
    launcher.countDeath();
  }

  private synchronized @Nullable ChildProcess poll(ChildProcess.Key key) {
    for (Iterator<ChildProcess> all = idle.iterator(); all.hasNext(); ) {
      ChildProcess child = all.next();
      if (key.equals(child.key())) {
        all.remove();
        return child;
      }
    }
    return spares.poll();
  }

  private ChildProcess start() throws IOException, InterruptedException {
    ChildProcess child = launcher.start();
    living.add(child);
    problem = null;
    return child;
  }

  private void report(IOException e) {
    if (problem == null) {
      log.error("no worker process can be started; trying again until one can: {}", e.getMessage());
    }
    problem = e.getMessage();
  }

  /// Keeps a loaded process for the next chunk of its function.
  void giveBack(ChildProcess child) {
    List<ChildProcess> tooMany = new ArrayList<>(1);
    synchronized (this) {
      idle.addFirst(child);
      while (closed ? !idle.isEmpty() : idle.size() > 2 * size + 1) {
        tooMany.add(idle.removeLast());
      }
    }
    tooMany.forEach(this::discard);
  }

  /// Ends a process in the background: by itself if it can, else by force.
  void discard(ChildProcess child) {
    Thread.ofVirtual()
        .name("worker-end")
        .start(() -> {
          child.end(GRACE);
          living.remove(child);
        });
  }

  /// Starts the spares that are missing, in the background.
  void refill() {
    synchronized (this) {
      if (closed || problem != null || spares.size() + sparesComing >= Math.min(size, MAX_SPARES)) {
        return;
      }
      sparesComing++;
    }
    Thread.ofVirtual().name("worker-spare").start(this::addSpare);
  }

  private void addSpare() {
    @Nullable ChildProcess child = null;
    try {
      child = start();
    } catch (IOException e) {
      report(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    boolean kept;
    synchronized (this) {
      sparesComing--;
      kept = child != null && !closed;
      if (kept && child != null) {
        spares.add(child);
      }
      notifyAll();
    }
    if (kept) {
      refill();
    } else if (child != null) {
      discard(child);
    }
  }

  /// Ends those that are idle, and waits until all are gone, those too that were at work.
  void close() throws InterruptedException {
    List<ChildProcess> all = new ArrayList<>();
    synchronized (this) {
      closed = true;
      all.addAll(idle);
      all.addAll(spares);
      idle.clear();
      spares.clear();
      while (sparesComing > 0) {
        wait();
      }
    }
    all.forEach(this::discard);
    for (ChildProcess child : living) {
      try {
        child.gone().get(CLOSE_WAIT.toMillis(), TimeUnit.MILLISECONDS);
      } catch (TimeoutException | java.util.concurrent.ExecutionException e) {
        log.error("a worker process was not gone {} after the pool was closed", CLOSE_WAIT, e);
      }
    }
  }
}
