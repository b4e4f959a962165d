package dev.manyhands.pool;

import dev.manyhands.job.Chunk;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
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

  /// What the workers of all Java pools share.
  ///
  /// @param clock when outcomes were worked on; run times are measured by `System.nanoTime`
  /// @param http the way out for HTTP functions
  record Shared(Functions functions, Watchdog watchdog, InstantSource clock, HttpCalls http) {}

  private final String name;
  private final Shared shared;
  private final ExecutorService threads;
  private final Slots slots;
  private final Map<Long, ChunkRun> runs = new ConcurrentHashMap<>();

  /// @param threads never refuses to run while it is open
  JavaPool(String name, int size, Shared shared, ExecutorService threads) {
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
  public final boolean offer(Chunk chunk, ChunkSink sink) {
    int slot = slots.take();
    if (slot == Slots.NONE) {
      return false;
    }
    ChunkRun run = new ChunkRun(chunk, sink, name + "-" + (slot + 1));
    runs.put(chunk.id(), run);
    boolean started = false;
    try {
      threads.execute(() -> work(run, slot));
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

  private void work(ChunkRun run, int slot) {
    Chunk chunk = run.chunk();
    try {
      run.run(shared);
    } catch (RuntimeException | Error e) {
      log.error(
          "chunk {} of {} ends without the outcomes of its remaining tasks, which are free to run again",
          chunk.id(),
          chunk.call().job(),
          e);
    } finally {
      runs.remove(chunk.id());
      // Before the sink hears of it, so that a chunk offered in answer finds the worker free.
      slots.free(slot);
      run.sink().ended(chunk);
    }
  }

  @Override
  public final void cancel(long chunkId) {
    ChunkRun run = runs.get(chunkId);
    if (run != null) {
      run.stop(ChunkRun.Stop.CANCEL);
    }
  }

  @Override
  public final void close() {
    slots.close();
    runs.values().forEach(run -> run.stop(ChunkRun.Stop.CLOSE));
    threads.shutdown();
    try {
      if (!threads.awaitTermination(CLOSE_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
        log.warn(
            "pool {} leaves {} threads behind, whose functions did not heed their interrupt for {}",
            name,
            slots.busy(),
            CLOSE_WAIT);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
