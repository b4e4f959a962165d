package dev.manyhands.history;

import dev.manyhands.testkit.RunningService;
import dev.manyhands.testkit.Wait;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// What of a service may outlive it: its processes, its temporary folders and the lock on its data.
///
/// A process is its own if it descends from it, or works beneath its temporary folder, as whatever
/// its tasks start does however often it forks.
public final class Remains {
  /// How long a process may outlive the service that started it.
  private static final Duration LONGEST = Wait.LIMIT;

  private final Path temporary;
  private final Path lock;
  private final List<ProcessHandle> family;

  private Remains(Path temporary, Path lock, List<ProcessHandle> family) {
    this.temporary = temporary;
    this.lock = lock;
    this.family = family;
  }

  /// Looks at a service that is about to end.
  static Remains before(RunningService service) {
    List<ProcessHandle> family =
        ProcessHandle.of(service.pid()).stream().flatMap(ProcessHandle::descendants).toList();
    return new Remains(service.temporary(), service.data().resolve("lock"), family);
  }

  /// Looks at a service that was killed just now: at all that it had started and that has not ended
  /// with it.
  ///
  /// @return completes when all of that is gone, exceptionally if that takes too long
  public static CompletableFuture<?> after(RunningService killed) {
    Remains remains =
        new Remains(killed.temporary(), killed.data().resolve("lock"), killed.family());
    return CompletableFuture.allOf(
            Stream.concat(
                    remains.family.stream(),
                    ProcessHandle.allProcesses()
                        .filter(process -> remains.worksBeneath(process.pid())))
                .map(ProcessHandle::onExit)
                .toArray(CompletableFuture<?>[]::new))
        .orTimeout(LONGEST.toMillis(), TimeUnit.MILLISECONDS);
  }

  /// What is left of the service that has ended; its workers have a moment to follow it.
  List<String> left() {
    try {
      Wait.untilSeen(
          LONGEST, "all processes of the service have ended", () -> processes().isEmpty());
    } catch (AssertionError stubborn) {
      return processes();
    }
    List<String> left = new ArrayList<>();
    try (Stream<Path> folders = Files.list(temporary)) {
      folders
          .filter(folder -> folder.getFileName().toString().startsWith("mh-"))
          .forEach(folder -> left.add("folder " + folder));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (isLocked()) {
      left.add("lock " + lock);
    }
    return left;
  }

  private List<String> processes() {
    List<String> left = new ArrayList<>();
    for (ProcessHandle process : family) {
      if (process.isAlive()) {
        left.add("process " + process.pid() + " " + process.info().commandLine().orElse("?"));
      }
    }
    ProcessHandle.allProcesses()
        .filter(process -> worksBeneath(process.pid()))
        .forEach(process -> left.add("process " + process.pid() + " in " + temporary));
    return left;
  }

  private boolean worksBeneath(long pid) {
    try {
      return Files.readSymbolicLink(Path.of("/proc", Long.toString(pid), "cwd"))
          .startsWith(temporary.toRealPath());
    } catch (IOException | UnsupportedOperationException goneOrNotOurs) {
      return false;
    }
  }

  private boolean isLocked() {
    try (FileChannel file = FileChannel.open(lock, StandardOpenOption.WRITE);
        FileLock taken = file.tryLock()) {
      return taken == null;
    } catch (NoSuchFileException noStoreInTheFolder) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
