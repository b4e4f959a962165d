package dev.manyhands.pool;

import dev.manyhands.job.Chunk;
import dev.manyhands.job.NotBegun;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Workers that are warm child processes, for Python functions and commands. A process serves one
/// caller and one function only, and one chunk at a time; when it dies, only the task that it ran
/// is answered as crashed.
///
/// Each chunk has a slot and a thread of this JVM, which talks to the process and sleeps while it
/// works. When no process can be started the pool is degraded, gives back what it has, and tries
/// again, ever more slowly, until one starts; [#problem] then says why.
public final class ProcessPool implements WorkerPool {
  private static final Logger log = LoggerFactory.getLogger(ProcessPool.class);

  private final String name;
  private final Slots slots;
  private final ExecutorService threads;
  private final ProcessSettings settings;
  private final Workplace workplace;
  private final Fitness fitness = new Fitness();
  private final LearnedMemory memory = new LearnedMemory();
  private final OomKills oomKills;
  private final Map<Long, ProcessRun> runs = new ConcurrentHashMap<>();
  private final Future<?> looks;

  /// What the pools of a service share.
  record Shared(Python python, Sandbox sandbox, Watchdog watchdog, OomKills oomKills) {
    Shared(Python python, Sandbox sandbox, Watchdog watchdog) {
      this(python, sandbox, watchdog, OomKills.here());
    }
  }

  /// What the processes of a task may use: bytes, seconds and counts by name of the setting.
  public Map<String, Long> limits() {
    Map<String, Long> limits = new LinkedHashMap<>(settings.limits().numbers());
    limits.put("max-value", settings.maxValue().toBytes());
    limits.put("max-output", settings.maxOutput().toBytes());
    return limits;
  }

  /// Opens the pool and starts its first spare processes in the background.
  ///
  /// @param shared its Python: without one, Python functions fail, and commands are started by the
  ///   JVM, if they may run without walls
  /// @throws IOException if there is no place for the processes' files
  ProcessPool(String name, int size, ProcessSettings settings, Shared shared) throws IOException {
    this.name = name;
    this.slots = new Slots(size);
    this.settings = settings;
    this.oomKills = shared.oomKills();
    this.threads =
        Executors.newCachedThreadPool(Thread.ofPlatform().name(name + "-", 1).daemon().factory());
    this.workplace =
        switch (shared.python()) {
          case Python.Found found -> {
            Watchdog watchdog = shared.watchdog();
            Launcher launcher = new Launcher(name, found, settings, shared.sandbox(), watchdog);
            WarmChildren children = new WarmChildren(launcher, size, fitness);
            yield new Warm(
                launcher, new WorkerRun.Shared(children, settings, watchdog, memory, oomKills));
          }
          case Python.Missing missing ->
              new Plain(missing, shared.sandbox().isHardened(), ScratchFolder.create());
        };
    this.looks = shared.watchdog().every(Silence.LOOK, this::look);
  }

  private void look() {
    oomKills.look();
    Duration idle = settings.recycleAfterIdle();
    if (idle.isPositive() && workplace instanceof Warm warm) {
      warm.shared().children().endIdle(idle);
    }
    runs.values().forEach(ProcessRun::lookWhetherMute);
  }

  /// Where the chunks of the pool run.
  private sealed interface Workplace {}

  private record Warm(Launcher launcher, WorkerRun.Shared shared) implements Workplace {}

  private record Plain(Python.Missing python, boolean walled, ScratchFolder scratch)
      implements Workplace {}

  @Override
  public String name() {
    return name;
  }

  @Override
  public PoolKind kind() {
    return PoolKind.PROCESSES;
  }

  @Override
  public int size() {
    return slots.size();
  }

  @Override
  public int busy() {
    return slots.busy();
  }

  @Override
  public Optional<String> problem() {
    return fitness.problem();
  }

  @Override
  public void onChange(Runnable hearer) {
    fitness.onChange(hearer);
  }

  @Override
  public Turnover turnover() {
    return switch (workplace) {
      case Warm warm -> warm.launcher().turnover(warm.shared().children().starts().pause());
      case Plain _ -> Turnover.NONE;
    };
  }

  @Override
  public List<FunctionMemory> memory() {
    return memory.functions();
  }

  @Override
  public void resize(int size) {
    slots.resize(size);
    if (workplace instanceof Warm warm) {
      warm.shared().children().resize(size);
    }
  }

  @Override
  public boolean offer(Chunk chunk, ChunkSink sink) {
    int slot = fitness.isWell() ? slots.take() : Slots.NONE;
    if (slot == Slots.NONE) {
      return false;
    }
    boolean started = false;
    try {
      ProcessRun run = run(chunk, new Answers(chunk, sink, name + "-" + (slot + 1), oomKills));
      runs.put(chunk.id(), run);
      threads.execute(() -> work(run, chunk, sink, slot));
      started = true;
      if (slots.isClosed()) {
        // Close may have stopped the running chunks before this one was among them.
        run.stop(new ProcessRun.Stop.Closed());
      }
    } catch (RejectedExecutionException e) {
      log.debug("pool {} was closed while chunk {} came", name, chunk.id());
    } finally {
      if (!started) { // also if the machine has no thread left for it
        runs.remove(chunk.id());
        slots.free(slot);
      }
    }
    return started;
  }

  private ProcessRun run(Chunk chunk, Answers answers) {
    return switch (workplace) {
      case Warm warm -> new WorkerRun(chunk, answers, warm.shared());
      case Plain plain ->
          new PlainRun(
              chunk,
              answers,
              plain.walled() ? plain.python().withoutWalls() : plain.python(),
              plain.scratch().path(),
              settings.maxValueBytes());
    };
  }

  private void work(ProcessRun run, Chunk chunk, ChunkSink sink, int slot) {
    try {
      run.run();
    } catch (InterruptedException e) {
      log.warn("chunk {} was interrupted; its remaining tasks are free to run again", chunk.id());
    } catch (NotBegun e) {
      log.info("chunk {} of {} does not begin: {}", chunk.id(), chunk.call().job(), e.getMessage());
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
      sink.ended(chunk);
    }
    if (workplace instanceof Warm warm) {
      warm.shared().children().refill();
    }
  }

  @Override
  public void cut(long chunkId) {
    ProcessRun run = runs.get(chunkId);
    if (run != null) {
      run.cut();
    }
  }

  @Override
  public void cancel(long chunkId) {
    ProcessRun run = runs.get(chunkId);
    if (run != null) {
      run.stop(new ProcessRun.Stop.Cancelled());
    }
  }

  @Override
  public void cancel(long chunkId, int index) {
    ProcessRun run = runs.get(chunkId);
    if (run != null) {
      run.cancel(index);
    }
  }

  @Override
  public void close() {
    slots.close();
    looks.cancel(false);
    runs.values().forEach(run -> run.stop(new ProcessRun.Stop.Closed()));
    threads.shutdown();
    try {
      if (!threads.awaitTermination(30, TimeUnit.SECONDS)) {
        log.error("pool {} has chunks that do not end: {}", name, runs.keySet());
      }
      switch (workplace) {
        case Warm warm -> {
          warm.shared().children().close();
          warm.launcher().close();
        }
        case Plain plain -> plain.scratch().close();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      log.warn("the folder of pool {} cannot be removed and stays: {}", name, e.toString());
    }
  }
}
