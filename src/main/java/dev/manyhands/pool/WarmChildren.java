package dev.manyhands.pool;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The worker processes of a pool that no chunk uses: loaded ones, kept warm for the next chunk of
/// their function, and a few blank spares, so that a new function need not wait for the start of a
/// process.
///
/// At most twice the pool's size and one are kept loaded: enough for two jobs side by side; the one
/// unused for the longest time gives way. One that is to be replaced never goes before its
/// successor is there, or is ordered: see [#leaves] and [#giveBack].
///
/// Safe for use by several threads; processes are started and ended outside the lock.
final class WarmChildren {
  private static final Logger log = LoggerFactory.getLogger(WarmChildren.class);

  private static final int MAX_SPARES = 2;
  private static final Duration GRACE = Duration.ofSeconds(1);
  private static final Duration CLOSE_WAIT = Duration.ofSeconds(10);

  private final WorkerStarts starts;

  /// All that are not gone, those at work included.
  private final Set<ChildProcess> living = ConcurrentHashMap.newKeySet();

  private final Fitness fitness;
  private final Healing healing;
  private final CountDownLatch closing = new CountDownLatch(1);

  /// The most recently used first.
  @GuardedBy("this")
  private final ArrayDeque<ChildProcess> idle = new ArrayDeque<>();

  @GuardedBy("this")
  private final ArrayDeque<ChildProcess> spares = new ArrayDeque<>();

  /// Loaded ones that are too large: used only as long as there is no spare, which ends them.
  @GuardedBy("this")
  private final ArrayDeque<ChildProcess> large = new ArrayDeque<>();

  /// Those that run their last chunk.
  @GuardedBy("this")
  private final Set<ChildProcess> leaving = new HashSet<>();

  @GuardedBy("this")
  private int sparesComing;

  @GuardedBy("this")
  private int size;

  @GuardedBy("this")
  private boolean closed;

  /// @param fitness of the pool, which cannot work while no process can be started
  WarmChildren(Launcher launcher, int size, Fitness fitness) {
    this.starts = new WorkerStarts(launcher, closing);
    this.fitness = fitness;
    this.healing = new Healing(fitness, closing, this::addOneMore, this::refill);
    this.size = size;
    refill();
  }

  WorkerStarts starts() {
    return starts;
  }

  synchronized void resize(int newSize) {
    size = newSize;
  }

  /// A process that is loaded for the key, or is blank.
  ///
  /// @param blank whether it has to be: no task has run in it
  /// @return null if none can be started, and the pool is degraded
  @Nullable ChildProcess take(ChildProcess.Key key, boolean blank) throws InterruptedException {
    for (ChildProcess child = poll(key, blank); child != null; child = poll(key, blank)) {
      if (child.isQuiet()) {
        return child;
      }
      log.warn(
          "a worker process of {} ended or wrote between two chunks; taking another",
          key.function().label());
      starts.countDeath();
      discard(child);
    }
    try {
      ChildProcess child = start();
      missWhenItEnds(child);
      return child;
    } catch (IOException e) {
      degrade(String.valueOf(e.getMessage()));
      return null;
    }
  }

  /// No process of this pool can work at present: see [Healing].
  void degrade(String why) {
    healing.degrade(why);
  }

  private boolean addOneMore() {
    synchronized (this) {
      if (closed) {
        return false;
      }
      sparesComing++;
    }
    return addSpare();
  }

  private synchronized @Nullable ChildProcess poll(ChildProcess.Key key, boolean blank) {
    ChildProcess warm = blank ? null : take(key, idle);
    if (warm != null) {
      return warm;
    }
    ChildProcess spare = spares.poll();
    return spare != null || blank ? spare : take(key, large);
  }

  private static @Nullable ChildProcess take(
      ChildProcess.Key key, ArrayDeque<ChildProcess> loaded) {
    for (Iterator<ChildProcess> all = loaded.iterator(); all.hasNext(); ) {
      ChildProcess child = all.next();
      if (key.equals(child.key())) {
        all.remove();
        return child;
      }
    }
    return null;
  }

  private ChildProcess start() throws IOException, InterruptedException {
    ChildProcess child = starts.start();
    living.add(child);
    return child;
  }

  /// Once it is where others find it: one that has ended till then is missed at once.
  private void missWhenItEnds(ChildProcess child) {
    child.onExit(() -> sawEnd(child));
  }

  /// Nobody reads what one without work says, so that its end is heard of here, and not when
  /// somebody waits for it.
  private void sawEnd(ChildProcess child) {
    boolean unused;
    synchronized (this) {
      unused = spares.remove(child) || idle.remove(child) || large.remove(child);
    }
    if (unused) {
      log.warn("a worker process without work ended");
      starts.countDeath();
      discard(child);
      refill();
    }
  }

  /// This process runs its last chunk: its successor is ordered now.
  void leaves(ChildProcess child) {
    synchronized (this) {
      leaving.add(child);
    }
    refill();
  }

  /// Keeps a loaded process for the next chunk of its function.
  ///
  /// @param tooLarge whether it is kept only until a spare is there
  void giveBack(ChildProcess child, boolean tooLarge) {
    List<ChildProcess> tooMany = new ArrayList<>(1);
    child.idles(System.nanoTime());
    healing.worked();
    synchronized (this) {
      (tooLarge ? large : idle).addFirst(child);
      if (!spares.isEmpty()) {
        tooMany.addAll(large);
        large.clear();
      }
      while (closed ? !idle.isEmpty() : idle.size() + large.size() > 2 * size + 1) {
        tooMany.add(large.isEmpty() ? idle.removeLast() : large.removeLast());
      }
      if (closed) {
        tooMany.addAll(large);
        large.clear();
      }
    }
    tooMany.forEach(this::discard);
    if (child.hasEnded()) {
      sawEnd(child); // since its last answer
    }
  }

  /// Ends those that have had no work for so long.
  void endIdle(Duration longest) {
    List<ChildProcess> tooLong = new ArrayList<>();
    long now = System.nanoTime();
    synchronized (this) {
      for (ArrayDeque<ChildProcess> loaded : List.of(idle, large)) {
        loaded.removeIf(child -> child.idleNanos(now) > longest.toNanos() && tooLong.add(child));
      }
    }
    tooLong.forEach(this::discard);
  }

  /// Ends a process in the background: by itself if it can, else by force.
  void discard(ChildProcess child) {
    synchronized (this) {
      leaving.remove(child);
    }
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
      if (closed
          || !fitness.isWell()
          || spares.size() + sparesComing >= Math.min(size, MAX_SPARES + leaving.size())) {
        return;
      }
      sparesComing++;
    }
    Thread.ofVirtual()
        .name("worker-spare")
        .start(() -> {
          if (addSpare()) {
            refill();
          }
        });
  }

  /// Starts a spare that is counted among those that come; false if there is none.
  private boolean addSpare() {
    @Nullable ChildProcess child = null;
    try {
      child = start();
    } catch (IOException e) {
      degrade(String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    boolean kept;
    List<ChildProcess> succeeded = new ArrayList<>();
    synchronized (this) {
      sparesComing--;
      kept = child != null && !closed;
      if (kept && child != null) {
        spares.add(child);
        succeeded.addAll(large);
        large.clear();
      }
      notifyAll();
    }
    succeeded.forEach(this::discard);
    if (!kept && child != null) {
      discard(child);
    } else if (child != null) {
      missWhenItEnds(child);
    }
    return kept;
  }

  /// Ends those that are idle, and waits until all are gone, those too that were at work.
  void close() throws InterruptedException {
    List<ChildProcess> all = new ArrayList<>();
    closing.countDown();
    synchronized (this) {
      closed = true;
      all.addAll(idle);
      all.addAll(large);
      all.addAll(spares);
      idle.clear();
      large.clear();
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
