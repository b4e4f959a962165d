package dev.manyhands.pool;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.manyhands.job.Failure;
import dev.manyhands.job.TaskError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// How often the kernel has ended a process for want of memory: it says so by a counter alone, not
/// by the process that it ends with SIGKILL.
///
/// Counted are processes of the service's own control group, whatever was short of memory: the
/// group, one above it, or the machine. Where the group has no counter it is the machine's, which
/// counts those of others too. A SIGKILL counts as one of these if the counter has risen shortly
/// before. Safe for use by several threads.
final class OomKills {
  /// A rise counts for so long after it was seen: the end of a process is heard of, and its last
  /// lines are read, within that time.
  static final Duration RECENT = Duration.ofSeconds(5);

  /// Ends the sentence on how a process ended.
  static final String WHY =
      ": the kernel ended it, since the container or machine had no memory left";

  private static final String COUNTER = "oom_kill ";

  private final @Nullable Path file;
  private final LongSupplier nanoClock;

  @GuardedBy("this")
  private long seen;

  @GuardedBy("this")
  private long roseAt;

  @GuardedBy("this")
  private boolean rose;

  /// @param file that has a line such as `oom_kill 3`; none: there is no counter
  OomKills(@Nullable Path file, LongSupplier nanoClock) {
    this.file = file;
    this.nanoClock = nanoClock;
    this.seen = count(file).orElse(0L);
  }

  /// Those of this process's control group, or of the machine.
  static OomKills here() {
    return new OomKills(counter(Path.of("/proc"), Path.of("/sys/fs/cgroup")), System::nanoTime);
  }

  /// The file with the counter; none if there is none.
  static @Nullable Path counter(Path proc, Path cgroups) {
    return Stream.concat(ofGroup(proc, cgroups), Stream.of(proc.resolve("vmstat")))
        .filter(file -> count(file).isPresent())
        .findFirst()
        .orElse(null);
  }

  private static Stream<Path> ofGroup(Path proc, Path cgroups) {
    List<String> lines;
    try {
      lines = Files.readAllLines(proc.resolve("self/cgroup"));
    } catch (IOException notLinux) {
      return Stream.empty();
    }
    return lines.stream().flatMap(line -> ofLine(line, cgroups));
  }

  /// @param line `number:controllers:path`, of the unified hierarchy without controllers
  private static Stream<Path> ofLine(String line, Path cgroups) {
    String[] parts = line.split(":", 3);
    if (parts.length < 3) {
      return Stream.empty();
    }
    if (parts[1].isEmpty()) {
      return files(cgroups, parts[2], "memory.events");
    }
    return List.of(parts[1].split(",")).contains("memory")
        ? files(cgroups.resolve("memory"), parts[2], "memory.oom_control")
        : Stream.empty();
  }

  /// In a container the path may be that outside, and what is mounted the group itself.
  private static Stream<Path> files(Path root, String path, String name) {
    return Stream.of(root.resolve("." + path).resolve(name), root.resolve(name));
  }

  /// To be called every now and then, so that a rise is known to be recent.
  synchronized void look() {
    long now = count(file).orElse(seen);
    if (now > seen) {
      rose = true;
      roseAt = nanoClock.getAsLong();
    }
    seen = now;
  }

  /// Whether there was one of late.
  synchronized boolean sawOne() {
    look();
    return rose && nanoClock.getAsLong() - roseAt < RECENT.toNanos();
  }

  /// The failure of a command whose program the kernel has ended, for what it is.
  Failure named(Failure failure) {
    TaskError error = failure.error();
    TaskError.Exit exit = error.exit();
    if (exit == null || !error.kind().equals("exit") || !ExitStatus.isKilled(exit) || !sawOne()) {
      return failure;
    }
    String message = error.message() + WHY;
    return new Failure(failure.index(), failure.outcome(), TaskError.outOfMemory(message, exit));
  }

  private static Optional<Long> count(@Nullable Path file) {
    if (file == null) {
      return Optional.empty();
    }
    try (Stream<String> lines = Files.lines(file)) {
      return lines
          .filter(line -> line.startsWith(COUNTER))
          .map(line -> Long.parseLong(line.substring(COUNTER.length()).strip()))
          .findFirst();
    } catch (IOException | UncheckedIOException | NumberFormatException absent) {
      return Optional.empty();
    }
  }
}
