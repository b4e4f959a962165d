package dev.manyhands.dispatch;

import dev.manyhands.job.JobId;
import dev.manyhands.store.Change;
import dev.manyhands.store.JobStore;
import dev.manyhands.store.StoreUnknown;
import dev.manyhands.store.StoreUnreachable;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The only way into the store, one commit at a time: its thread commits what has arrived while the
/// last commit was synced, submissions and results together, and tells nobody before that. A
/// submission that finds nobody at work commits itself.
///
/// A submission whose commit fails is turned down. Results are kept and tried again, in order,
/// until there is room: they cannot be had again for free. How much may wait here is bounded by
/// those who put it in: see [Backlog].
final class ResultWriter implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ResultWriter.class);

  private static final Duration PAUSE = Duration.ofSeconds(1);

  /// How long a job that runs ahead of its commit may wait for its results: longer than something
  /// short takes, also behind others like it. Only its sender knows of it yet.
  private static final Duration RESULTS_WAIT = Duration.ofMillis(20);

  private static final Write END =
      new Write(
          new Change.Discard(new JobId("job_" + "0".repeat(26))), Duration.ZERO, b -> {}, e -> {});

  private final JobStore store;
  private final List<JobListener> listeners;
  private final Duration linger;
  private final Duration resultsWait;
  private final Arrivals arrivals = new Arrivals();

  /// Held during a commit.
  private final ReentrantLock writing = new ReentrantLock();

  /// Results that a failed commit left over. Only the writer's thread touches it.
  private final Deque<Write> kept = new ArrayDeque<>();

  /// Some are kept, which was said.
  private boolean behind;

  private final Thread thread;

  /// @param linger how long results that nobody waits for may wait to be committed with others
  ResultWriter(JobStore store, List<JobListener> listeners, Duration linger) {
    this(store, listeners, linger, RESULTS_WAIT);
  }

  /// @param resultsWait how long a job that runs ahead of its commit may wait for its results
  ResultWriter(JobStore store, List<JobListener> listeners, Duration linger, Duration resultsWait) {
    this.store = store;
    this.linger = linger;
    this.resultsWait = resultsWait;
    this.listeners = List.copyOf(listeners);
    this.thread = Thread.ofPlatform().name("result-writer").unstarted(this::writeUntilEnd);
  }

  /// Whether what is begun now can be stored, as far as this node knows; see [JobStore#mayBegin].
  boolean mayBegin() {
    return store.mayBegin();
  }

  void start() {
    thread.start();
  }

  /// Stores blocks, sooner or later.
  ///
  /// @param patient whether nobody waits for them
  /// @param done called on the thread that wrote; false if this node no longer owns the job
  void append(Change.Append append, boolean patient, Consumer<Boolean> done) {
    arrivals.add(new Write(append, patient ? linger : Duration.ZERO, done, null));
  }

  /// Takes a job back, sooner or later, after all that is to be stored of it.
  ///
  /// @param done called on the thread that wrote
  void remove(JobId job, Consumer<Boolean> done) {
    arrivals.add(new Write(new Change.Remove(job, true), Duration.ZERO, done, null));
  }

  /// Lets go of the jobs that a job needs, sooner or later.
  ///
  /// @param done called on the thread that wrote; false if it needed none, or this node no longer
  ///   owns it
  void release(JobId job, long epoch, Consumer<Boolean> done) {
    arrivals.add(new Write(new Change.Release(job, epoch), Duration.ZERO, done, null));
  }

  /// Stores more inputs of a job; returns at once.
  ///
  /// @param done called on the thread that wrote; false if the job takes no more
  /// @param failed likewise: nothing of it was stored
  void grow(Change.Grow grow, Consumer<Boolean> done, Consumer<RuntimeException> failed) {
    arrivals.add(new Write(grow, Duration.ZERO, done, failed));
  }

  /// Notes what a worker is about to get; returns at once.
  ///
  /// @param done called on the thread that wrote; false if this node no longer owns the job
  /// @param failed likewise: nothing was noted
  void hand(Change.Hand hand, Consumer<Boolean> done, Consumer<RuntimeException> failed) {
    arrivals.add(new Write(hand, Duration.ZERO, done, failed));
  }

  /// Notes, sooner or later, that a worker has given it back.
  void handBack(Change.HandBack back) {
    arrivals.add(new Write(back, linger, _ -> {}, null));
  }

  /// Stores something that its sender waits for; by the sender's own thread if nobody writes now,
  /// which spares two hand-overs between threads.
  ///
  /// @param done called on the thread that wrote
  /// @param failed likewise: nothing of it was stored
  void submit(Change change, Consumer<Boolean> done, Consumer<RuntimeException> failed) {
    Write write = new Write(change, Duration.ZERO, done, failed);
    if (arrivals.isEmpty() && writing.tryLock()) {
      try {
        commit(List.of(write));
      } finally {
        writing.unlock();
      }
    } else {
      arrivals.add(write);
    }
  }

  /// Stores a job that runs already, together with its results if they come soon; returns at once.
  ///
  /// @param done called on the thread that wrote
  /// @param failed likewise: nothing of it was stored
  void accept(Change.Accept accept, Consumer<Boolean> done, Consumer<RuntimeException> failed) {
    arrivals.add(new Write(accept, resultsWait, done, failed));
  }

  /// Writes what is there already and ends.
  @Override
  public void close() {
    arrivals.close();
    arrivals.add(END);
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void writeUntilEnd() {
    boolean open = true;
    while (open) {
      try {
        List<Write> batch = arrivals.take(kept.isEmpty() ? null : PAUSE);
        writing.lock();
        try {
          // What came while the lock was awaited joins this commit.
          arrivals.addWaiting(batch);
          open = !batch.remove(END);
          write(batch);
        } finally {
          writing.unlock();
        }
      } catch (InterruptedException e) {
        throw new IllegalStateException("nobody interrupts the writer", e);
      } catch (RuntimeException | Error e) {
        log.error("The writer goes on after a mistake of its own.", e);
      }
    }
    if (!kept.isEmpty()) {
      log.warn(
          "{} result blocks could not be stored; their tasks run again after the next start.",
          kept.size());
    }
  }

  private void write(List<Write> batch) {
    if (!kept.isEmpty()) {
      // Results stay in the order in which they came: new ones wait behind those that failed, and
      // behind what makes or grows their job.
      batch.stream().filter(Write::isKept).forEach(kept::add);
      batch.removeIf(Write::isKept);
      List<Write> again = List.copyOf(kept);
      kept.clear();
      commit(batch);
      commit(again);
      behind = !kept.isEmpty();
    } else {
      commit(batch);
    }
  }

  private void commit(List<Write> writes) {
    if (writes.isEmpty()) {
      return;
    }
    RuntimeException fault = fault(writes);
    if (fault != null) {
      apart(writes, fault);
    }
  }

  /// Commits all of them, or none.
  ///
  /// @return why none; null if all are
  private @Nullable RuntimeException fault(List<Write> writes) {
    List<Boolean> effects;
    long start = System.nanoTime();
    try {
      CommitBatch batch = new CommitBatch(writes.stream().map(Write::change).toList());
      effects = batch.effects(store.commit(batch.changes()));
    } catch (RuntimeException e) {
      return e;
    } catch (Error e) {
      return new IllegalStateException("a commit ended with a mistake of this node's own", e);
    }
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    tell(writes, effects, false);
    // Last: whoever waits for a job that ran ahead finds its end when it wakes, and wakes once.
    tell(writes, effects, true);
    listeners.forEach(
        listener -> tell(duration -> listener.committed(writes.size(), duration), took));
    return null;
  }

  /// One bad change must not cost the others their commit. Of a store that cannot be reached no
  /// change is the cause: each try would wait for a connection anew, and whoever sent the last one
  /// for all of them. Where nobody knows whether all are stored already, only what may be stored
  /// twice is tried again: of another try's answer nobody could say what it means.
  private void apart(List<Write> writes, RuntimeException cause) {
    @Nullable RuntimeException fault = cause;
    for (Write write : writes) {
      if (write.isKept() && !kept.isEmpty()) {
        kept.add(write);
        continue;
      }
      if (cause instanceof StoreUnknown && !write.isKept()) {
        turnDown(write, cause);
        continue;
      }
      if (writes.size() > 1 && !(fault instanceof StoreUnreachable)) {
        fault = fault(List.of(write));
      }
      if (fault != null) {
        turnDown(write, fault);
      }
    }
  }

  private void turnDown(Write write, RuntimeException fault) {
    Consumer<RuntimeException> failed = write.failed();
    if (failed == null) {
      if (!behind) {
        log.warn(
            "Results of {} are not stored yet, tried again each {}: {}",
            write.change().job(),
            PAUSE,
            fault.toString());
      }
      behind = true;
      kept.add(write);
    } else {
      tell(failed, fault);
    }
  }

  private static void tell(List<Write> writes, List<Boolean> effects, boolean ranAhead) {
    for (int i = 0; i < writes.size(); i++) {
      Write write = writes.get(i);
      if (write.ranAhead() == ranAhead) {
        tell(write.done(), effects.get(i));
      }
    }
  }

  private static <T> void tell(Consumer<T> hearer, T fact) {
    try {
      hearer.accept(fact);
    } catch (RuntimeException | Error e) {
      log.error("A hearer of the writer failed; the commit stands.", e);
    }
  }
}
