package dev.manyhands.pool;

import static java.util.stream.Collectors.toSet;

import dev.manyhands.job.Call;
import dev.manyhands.job.Chunk;
import dev.manyhands.job.Function;
import dev.manyhands.job.JobId;
import dev.manyhands.job.JsonLines;
import dev.manyhands.job.Timeouts;
import dev.manyhands.testkit.Wait;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A pool of worker processes of a test, with short words for running chunks. Closing it checks
/// that no process is left.
final class PoolUnderTest implements AutoCloseable {
  private static final AtomicLong CHUNKS = new AtomicLong();

  /// As usual, but a worker may take long to start: for a machine that does ten other things.
  static final ProcessSettings PATIENT = starting(Duration.ofMinutes(1));

  /// For those that were told to end; tasks that only sleep are there for longer.
  private static final Duration LAST_MOMENTS = Duration.ofSeconds(20);

  /// Processes of others in this JVM, such as a whole service that other tests share.
  private final Set<Long> others =
      ProcessHandle.current().descendants().map(ProcessHandle::pid).collect(toSet());

  final ProcessPool pool;
  private final Watchdog watchdog = new Watchdog();

  PoolUnderTest(int size, ProcessSettings settings, Python python, Sandbox sandbox)
      throws IOException {
    pool =
        new ProcessPool(
            "processes", size, settings, new ProcessPool.Shared(python, sandbox, watchdog));
  }

  /// Without limits of memory, so that the kernel has the word.
  PoolUnderTest(int size, Sandbox sandbox, OomKills oomKills) throws IOException {
    pool =
        new ProcessPool(
            "processes",
            size,
            PATIENT,
            new ProcessPool.Shared(python(), sandbox, watchdog, oomKills));
  }

  /// With all walls, unless there is no Python to build them.
  PoolUnderTest(int size, Python python, ProcessSettings settings) throws IOException {
    this(
        size,
        settings,
        python,
        python instanceof Python.Found ? hardened(List.of()) : Sandbox.NONE);
  }

  /// The usual settings with another limit of the time that a worker may take to start, and to load
  /// a function.
  static ProcessSettings starting(Duration limit) {
    ProcessSettings usual = ProcessSettings.DEFAULT;
    return new ProcessSettings(0, limit, usual.maxValue(), usual.maxOutput(), TaskLimits.UNSET);
  }

  static Sandbox hardened(List<Path> write) {
    SandboxSettings settings =
        new SandboxSettings(SandboxSettings.Level.HARDENED, false, List.of(), write);
    return new Sandbox(settings, List.of());
  }

  PoolUnderTest(int size, ProcessSettings settings) throws IOException {
    this(size, python(), settings);
  }

  PoolUnderTest(int size) throws IOException {
    this(size, PATIENT);
  }

  static Python.Found python() {
    return Asked.PYTHON;
  }

  /// Once, when a test first needs it.
  private static final class Asked {
    static final Python.Found PYTHON = ask();

    private static Python.Found ask() {
      return switch (Python.find("python3")) {
        case Python.Found found -> found;
        case Python.Missing missing -> throw new AssertionError(missing.reason());
      };
    }
  }

  /// Source whose function is `f`.
  static Function.Python function(String source) {
    return new Function.Python(source, "f", null, false);
  }

  static Function.Command command(String... argv) {
    return new Function.Command(List.of(argv), Function.Command.Output.TEXT);
  }

  static Chunk chunk(Function function, @Nullable Duration timeout, int first, String... inputs) {
    return chunk(function, timeout, false, first, inputs);
  }

  /// @param once whether its tasks may run only once
  static Chunk chunk(
      Function function, @Nullable Duration timeout, boolean once, int first, String... inputs) {
    JobId job = new JobId("job_01ARZ3NDEKTSV4RRFFQ69G5FAV");
    Call call = new Call(job, "alice", function, Timeouts.of(timeout), once);
    JsonLines lines = JsonLines.of(String.join("\n", inputs) + "\n");
    return new Chunk(CHUNKS.incrementAndGet(), call, 1, first, inputs.length, () -> lines);
  }

  HeardSink run(Function function, String... inputs) throws InterruptedException {
    return run(chunk(function, null, 0, inputs));
  }

  HeardSink run(Chunk chunk) throws InterruptedException {
    return start(chunk).awaitEnd();
  }

  HeardSink start(Chunk chunk) {
    HeardSink sink = new HeardSink();
    if (!pool.offer(chunk, sink)) {
      throw new AssertionError("no worker is free");
    }
    return sink;
  }

  /// Null if the pool does not take it.
  @Nullable HeardSink offered(Function function) {
    HeardSink sink = new HeardSink();
    return pool.offer(chunk(function, null, 0, "0"), sink) ? sink : null;
  }

  @Override
  public void close() {
    pool.close();
    watchdog.close();
    try {
      Wait.untilAnswered(LAST_MOMENTS, "no process is left", this::left, List::isEmpty);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e); // none of a look's
    }
  }

  private List<String> left() {
    return own().map(child -> child.pid() + " " + child.info().commandLine().orElse("?")).toList();
  }

  private Stream<ProcessHandle> own() {
    return ProcessHandle.current().descendants().filter(child -> !others.contains(child.pid()));
  }

  /// Whether a worker other than this one has come in, and waits for work.
  boolean hasSpareBeside(@Nullable String pid) {
    return own()
        .filter(child -> !Long.toString(child.pid()).equals(pid))
        .anyMatch(PoolUnderTest::waits);
  }

  /// Whether this is a worker that has come in: the socket for it is removed then.
  static boolean waits(ProcessHandle worker) {
    try {
      Path home = Files.readSymbolicLink(Path.of("/proc", "" + worker.pid(), "cwd"));
      String number = home.getFileName().toString().substring(1);
      return !number.isEmpty()
          && number.chars().allMatch(Character::isDigit)
          && Files.notExists(home.resolveSibling("s" + number));
    } catch (IOException gone) {
      return false;
    }
  }
}
