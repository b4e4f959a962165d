package dev.manyhands.dispatch;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.manyhands.job.DependsOn;
import dev.manyhands.job.Job;
import dev.manyhands.job.JobId;
import dev.manyhands.job.JobState;
import dev.manyhands.job.Reason;
import dev.manyhands.job.Refusal;
import dev.manyhands.job.Refused;
import dev.manyhands.store.JobStore;
import dev.manyhands.store.StoreUnknown;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Where jobs wait for the end of others (`dependsOn`). When all have ended, the job starts; if it
/// takes their values as its inputs, these are fed to it first. All that it has to do is told by
/// the store again after a restart: who needs whom, how the others ended, what was fed.
///
/// Threads that end or accept a job only hand over to a thread of its own here, which may wait for
/// the store. A step for which the store does not answer is taken again until it does, for as long
/// as the job is live here. Safe for use by several threads.
final class Barrier implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Barrier.class);

  /// Before a step that failed is taken again.
  private static final Duration PAUSE = Duration.ofSeconds(1);

  /// What becomes of a job here, if it is still this very one: its node may have lost it, and begun
  /// it anew.
  interface Gate {
    /// It starts.
    void open(LiveJob job);

    /// It has all of its inputs.
    void seal(LiveJob job);

    /// It will not run.
    void cancel(LiveJob job, Reason why);
  }

  /// A job that waits.
  private static final class Wait {
    final LiveJob job;
    final Gate gate;
    final DependsOn on;
    final Set<JobId> unmet;

    /// Whether it is known what becomes of it.
    boolean settled;

    Wait(LiveJob job, Gate gate) {
      this.job = job;
      this.gate = gate;
      this.on = Objects.requireNonNull(job.order.job().spec().gates().dependsOn());
      this.unmet = new LinkedHashSet<>(on.jobs());
    }
  }

  private final JobStore store;
  private final LiveJobs live;
  private final ResultWriter writer;
  private final Retention retention;
  private final Feed feed;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  /// Holds no thread meanwhile.
  private final Executor later =
      CompletableFuture.delayedExecutor(PAUSE.toMillis(), TimeUnit.MILLISECONDS, threads);

  /// One look at what has ended elsewhere at a time.
  private final AtomicBoolean looking = new AtomicBoolean();

  /// Who waits for the end of a job; each live one is watched once.
  @GuardedBy("this")
  private final Map<JobId, Set<Wait>> waits = new HashMap<>();

  Barrier(JobStore store, LiveJobs live, ResultWriter writer, Retention retention, Feed feed) {
    this.store = store;
    this.live = live;
    this.writer = writer;
    this.retention = retention;
    this.feed = feed;
  }

  /// A live job that depends on others waits here, if it has not passed before.
  void await(LiveJob job, Gate gate) {
    Wait wait = new Wait(job, gate);
    submit(wait, () -> begin(wait));
  }

  private void submit(Wait wait, Runnable step) {
    if (!threads.isShutdown()) {
      threads.execute(() -> take(wait, step));
    }
  }

  private void take(Wait wait, Runnable step) {
    if (live.get(wait.job.id()) != wait.job) {
      drop(wait);
      return;
    }
    try {
      step.run();
    } catch (StoreUnknown e) {
      // Fed again, it might have inputs twice. Who takes the job anew sees how many there are.
      log.error(
          "{} waits until it is taken anew, since its inputs may be stored", wait.job.id(), e);
    } catch (RuntimeException | Error e) {
      // Of an error, too: one input may be more than there is memory for now.
      if (!threads.isShutdown()) {
        log.warn(
            "{} waits {} for the store, before its dependencies are looked at again: {}",
            wait.job.id(),
            PAUSE,
            e.toString());
        later.execute(() -> take(wait, step));
      }
    }
  }

  private void begin(Wait wait) {
    if (!store.needsOthers(wait.job.id())) {
      wait.gate.open(wait.job);
      return;
    }
    List<JobId> others = wait.on.jobs();
    synchronized (this) {
      for (JobId other : others) {
        waits.computeIfAbsent(other, _ -> new LinkedHashSet<>()).add(wait);
      }
    }
    whenDone(
        wait.job.end,
        ended -> {
          // A service that stops ends the waiting for a job, not the job.
          if (ended == null) {
            drop(wait); // another node's, where it waits from now on; or taken back
          } else if (ended.state().isTerminal()) {
            drop(wait);
            release(wait);
          }
        });
    List<JobId> elsewhere = new ArrayList<>();
    for (JobId other : others) {
      LiveJob running = live.get(other);
      if (running == null) {
        // It has ended; or another node has it, or no pool runs it before another start.
        elsewhere.add(other);
      } else {
        whenDone(running.end, _ -> submit(wait, () -> metAsStored(wait, other)));
      }
    }
    take(wait, () -> metAsStored(wait, elsewhere));
  }

  private void metAsStored(Wait wait, List<JobId> others) {
    Set<JobId> go = store.unfinished(others);
    others.stream().filter(other -> !go.contains(other)).forEach(other -> metAsStored(wait, other));
  }

  /// @param then gets nothing if the future fails
  private static <T> void whenDone(CompletableFuture<T> future, Consumer<@Nullable T> then) {
    CompletableFuture<T> _ = future.whenComplete((done, _) -> then.accept(done));
  }

  /// What has ended is stored before anybody hears of it.
  private void metAsStored(Wait wait, JobId other) {
    Job stored = store.job(other).orElse(null);
    if (stored == null || stored.state().isTerminal()) {
      met(wait, other, stored);
    }
  }

  /// @param ended none: it was removed
  private void met(Wait wait, JobId other, @Nullable Job ended) {
    boolean failed = ended == null || ended.state() != JobState.SUCCEEDED;
    boolean stops = failed && wait.on.onFailed() == DependsOn.OnFailed.CANCEL;
    synchronized (this) {
      wait.unmet.remove(other);
      drop(wait, other);
      if (wait.settled || !stops && !wait.unmet.isEmpty()) {
        return;
      }
      wait.settled = true;
    }
    if (stops) {
      String how = ended == null ? " is gone" : " is " + ended.state().word();
      Reason why = new Reason(Reason.Kind.DEPENDENCY, other + how);
      take(wait, () -> wait.gate.cancel(wait.job, why));
    } else {
      take(wait, () -> pass(wait));
    }
  }

  @GuardedBy("this")
  private void drop(Wait wait, JobId other) {
    Set<Wait> those = waits.get(other);
    if (those != null && those.remove(wait) && those.isEmpty()) {
      waits.remove(other);
    }
  }

  private void pass(Wait wait) {
    if (wait.on.inputs() == DependsOn.Inputs.OWN) {
      release(wait);
      wait.gate.open(wait.job);
      return;
    }
    try {
      Inflow inflow = Objects.requireNonNull(wait.job.inflow);
      feed.feed(wait.on, wait.job.job().counts().total(), new Addition(inflow));
      wait.gate.seal(wait.job);
      // Whoever takes the job before that is stored has to seal it again.
      CompletableFuture<Void> _ = wait.job.sealed.thenRun(() -> release(wait));
    } catch (Refused refused) {
      if (StoreFaults.passes(refused)) {
        throw refused;
      }
      if (refused.refusal() instanceof Refusal.Away) {
        drop(wait); // another node's, or begun anew here
        return;
      }
      // The job was cancelled meanwhile, or the values do not fit.
      wait.gate.cancel(
          wait.job, new Reason(Reason.Kind.INPUTS, String.valueOf(refused.getMessage())));
    }
  }

  /// A job has ended that was not live here, if any job waits for it.
  void endedElsewhere(JobId other) {
    if (isAwaited(other)) {
      look(() -> meet(other));
    }
  }

  private synchronized boolean isAwaited(JobId other) {
    return waits.containsKey(other);
  }

  /// Of the end of a job elsewhere, somebody may not have heard. Does nothing while the look before
  /// this one goes on.
  void lookAgain() {
    List<JobId> others;
    synchronized (this) {
      others = waits.keySet().stream().filter(other -> live.get(other) == null).toList();
    }
    if (!others.isEmpty() && looking.compareAndSet(false, true)) {
      look(() -> {
        try {
          Set<JobId> go = store.unfinished(others);
          others.stream().filter(other -> !go.contains(other)).forEach(this::meet);
        } finally {
          looking.set(false);
        }
      });
    }
  }

  private void look(Runnable look) {
    if (threads.isShutdown()) {
      return;
    }
    threads.execute(() -> {
      try {
        look.run();
      } catch (RuntimeException | Error e) {
        log.warn("Jobs that have ended elsewhere are looked for again later: {}", e.toString());
      }
    });
  }

  private void meet(JobId other) {
    Job stored = store.job(other).orElse(null);
    if (stored == null || stored.state().isTerminal()) {
      List<Wait> met;
      synchronized (this) {
        met = List.copyOf(waits.getOrDefault(other, Set.of()));
      }
      met.forEach(wait -> met(wait, other, stored));
    }
  }

  private synchronized void drop(Wait wait) {
    wait.settled = true;
    wait.on.jobs().forEach(other -> drop(wait, other));
  }

  /// The others may be removed from now on.
  private void release(Wait wait) {
    writer.release(
        wait.job.id(),
        wait.job.epoch,
        released -> {
          if (released) {
            retention.wake();
          }
        });
  }

  /// Which of these jobs is not there.
  ///
  /// @return its place, or -1
  int missing(List<JobId> jobs) {
    for (int i = 0; i < jobs.size(); i++) {
      if (live.get(jobs.get(i)) == null && store.job(jobs.get(i)).isEmpty()) {
        return i;
      }
    }
    return -1;
  }

  /// Lets nobody pass any more; who is being fed goes on after the next start.
  @Override
  public void close() {
    threads.shutdownNow();
  }
}
