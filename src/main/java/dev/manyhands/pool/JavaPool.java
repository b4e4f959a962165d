package dev.manyhands.pool;

import dev.manyhands.job.Chunk;
import dev.manyhands.job.Function;
import dev.manyhands.job.NotBegun;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Workers that are threads of this JVM and run Java functions, virtual ones also HTTP functions;
/// the kinds differ in their threads only.
///
/// The slots count, the executor only lends threads: a chunk gets a slot first, and a thread is
/// always there for it.
abstract sealed class JavaPool implements WorkerPool permits ThreadPool, VirtualPool {
  private static final Logger log = LoggerFactory.getLogger(JavaPool.class);

  /// How long [#close] waits for functions that do not heed their interrupt. Their threads do not
  /// keep the JVM alive.
  private static final Duration CLOSE_WAIT = Duration.ofSeconds(10);

  /// How often somebody looks whether a long task hides the outcomes of those before it.
  private static final Duration LOOK = Duration.ofMillis(50);

  /// What the workers of all Java pools share.
  ///
  /// @param clock when outcomes were worked on; run times are measured by `System.nanoTime`
  /// @param http the way out for HTTP functions
  record Shared(
      Functions functions,
      ThreadSettings threads,
      Watchdog watchdog,
      InstantSource clock,
      HttpCalls http) {}

  /// Who lends the threads; none refuses to run while it is open.
  ///
  /// @param computing for chunks whose tasks compute
  /// @param waiting for those whose tasks mostly wait
  record Lenders(ExecutorService computing, ExecutorService waiting) {}

  private final String name;
  private final Shared shared;
  private final Lenders threads;
  private final Slots slots;
  private final Map<Long, ChunkRun> runs = new ConcurrentHashMap<>();
  private final Fitness fitness = new Fitness();

  /// Threads whose tasks were given up and have not ended.
  private final AtomicInteger lost = new AtomicInteger();

  /// Whether somebody will look; nobody does while no chunk is there.
  private final AtomicBoolean looks = new AtomicBoolean();

  JavaPool(String name, int size, Shared shared, Lenders threads) {
    this.name = name;
    this.shared = shared;
    this.threads = threads;
    this.slots = new Slots(size);
  }

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final int size() {
    return slots.size();
  }

  @Override
  public final int busy() {
    return slots.busy();
  }

  @Override
  public void resize(int size) {
    slots.resize(size);
  }

  @Override
  public final Optional<String> problem() {
    return fitness.problem();
  }

  @Override
  public final void onChange(Runnable hearer) {
    fitness.onChange(hearer);
  }

  @Override
  public final boolean offer(Chunk chunk, ChunkSink sink) {
    int slot = fitness.isWell() ? slots.take() : Slots.NONE;
    if (slot == Slots.NONE) {
      return false;
    }
    ChunkRun run = new ChunkRun(chunk, sink, name + "-" + (slot + 1), r -> givenUp(r, slot));
    runs.put(chunk.id(), run);
    if (chunk.count() > 1) {
      lookSoon();
    }
    boolean started = false;
    try {
      lender(chunk.call().function()).execute(() -> work(run, slot));
      started = true;
    } catch (RejectedExecutionException e) {
      log.debug("pool {} was closed while chunk {} came", name, chunk.id());
    } finally {
      if (!started) {
        runs.remove(chunk.id());
        slots.free(slot);
      }
    }
    if (started && slots.isClosed()) {
      // Close may have stopped the running chunks before this one was among them.
      run.stop(ChunkRun.Stop.CLOSE);
    }
    return started;
  }

  private ExecutorService lender(Function function) {
    return shared.functions().nature(function) == TaskFunction.Nature.WAITS
        ? threads.waiting()
        : threads.computing();
  }

  private void lookSoon() {
    if (looks.compareAndSet(false, true)) {
      var _ = shared.watchdog().after(LOOK.toNanos(), this::look);
    }
  }

  private void look() {
    try {
      runs.values().forEach(ChunkRun::tellHeld);
    } finally {
      looks.set(false);
    }
    // After the flag, so that a chunk which has seen it raised is seen here.
    if (!runs.isEmpty()) {
      lookSoon();
    }
  }

  private void work(ChunkRun run, int slot) {
    Chunk chunk = run.chunk();
    try {
      run.run(shared);
    } catch (NotBegun e) {
      log.info("chunk {} of {} does not begin: {}", chunk.id(), chunk.call().job(), e.getMessage());
    } catch (RuntimeException | Error e) {
      log.error(
          "chunk {} of {} ends without the outcomes of its remaining tasks, which are free to run"
              + " again",
          chunk.id(),
          chunk.call().job(),
          e);
    } finally {
      if (run.isGivenUp()) {
        found(chunk);
      } else {
        finish(run, slot);
      }
    }
  }

  private void finish(ChunkRun run, int slot) {
    runs.remove(run.chunk().id());
    // Before the sink hears of it, so that a chunk offered in answer finds the worker free.
    slots.free(slot);
    run.sink().ended(run.chunk());
  }

  /// The run's thread is lost; all is told that there was of its chunk.
  private void givenUp(ChunkRun run, int slot) {
    log.warn(
        "a task of {} did not heed its interrupt: its thread in pool {} is given up and replaced",
        run.chunk().call().job(),
        name);
    lost.incrementAndGet();
    judge();
    finish(run, slot);
  }

  /// A task that was given up has ended after all.
  private void found(Chunk chunk) {
    log.info("a given up task of {} has ended in pool {}", chunk.call().job(), name);
    lost.decrementAndGet();
    judge();
  }

  /// Once more if the number has changed meanwhile, so that the last judgement is of the last
  /// number.
  private void judge() {
    int now;
    do {
      now = lost.get();
      if (now < Math.max(1, shared.threads().maxLost())) {
        if (fitness.healed()) {
          log.info("pool {} takes tasks again", name);
        }
      } else if (fitness.broke(
          now + " of its threads are held by tasks that do not heed their interrupt")) {
        log.error("pool {} takes no more until one of its {} lost threads ends", name, now);
      }
    } while (lost.get() != now);
  }

  /// Threads whose tasks were given up and have not ended.
  public final int lost() {
    return lost.get();
  }

  @Override
  public final void cut(long chunkId) {
    ChunkRun run = runs.get(chunkId);
    if (run != null) {
      run.cut();
    }
  }

  @Override
  public final void cancel(long chunkId) {
    ChunkRun run = runs.get(chunkId);
    if (run != null) {
      run.stop(ChunkRun.Stop.CANCEL);
      var _ = shared.watchdog().after(shared.threads().grace().toNanos(), run::giveUpRunning);
    }
  }

  @Override
  public final void cancel(long chunkId, int index) {
    ChunkRun run = runs.get(chunkId);
    if (run != null) {
      run.cancel(index);
      var _ =
          shared.watchdog().after(shared.threads().grace().toNanos(), () -> run.giveUpTask(index));
    }
  }

  @Override
  public final void close() {
    slots.close();
    runs.values().forEach(run -> run.stop(ChunkRun.Stop.CLOSE));
    threads.computing().shutdown();
    threads.waiting().shutdown();
    try {
      // Those that are lost already are not waited for.
      Duration wait = lost.get() == 0 ? CLOSE_WAIT : shared.threads().grace();
      if (!haveEnded(System.nanoTime() + wait.toNanos())) {
        log.warn(
            "pool {} leaves {} threads behind, whose functions did not heed their interrupt for {}",
            name,
            slots.busy() + lost.get(),
            wait);
        runs.values().forEach(ChunkRun::leave);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean haveEnded(long deadline) throws InterruptedException {
    return hasEnded(threads.computing(), deadline) && hasEnded(threads.waiting(), deadline);
  }

  private static boolean hasEnded(ExecutorService lender, long deadline)
      throws InterruptedException {
    return lender.awaitTermination(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
  }
}
