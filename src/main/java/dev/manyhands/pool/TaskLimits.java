package dev.manyhands.pool;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.util.unit.DataSize;

/// What the processes of one task may use; a limit of 0 is none, and one that is not set is left to
/// others.
///
/// @param memory private memory of each process
/// @param cpuTime processor time of a task of Python, or of each process of a command
/// @param fileSize the longest file that may be written
/// @param openFiles open files of each process
/// @param processes processes and threads that may be started beside those that run when a worker
///   starts; not enforced for a service that runs as root
public record TaskLimits(
    @Nullable DataSize memory,
    @Nullable Duration cpuTime,
    @Nullable DataSize fileSize,
    @Nullable Integer openFiles,
    @Nullable Integer processes) {

  static final TaskLimits UNSET = new TaskLimits(null, null, null, null, null);

  /// What holds where nothing is set.
  static final TaskLimits DEFAULT =
      new TaskLimits(DataSize.ofBytes(0), Duration.ZERO, DataSize.ofGigabytes(10), 4096, 1024);

  public TaskLimits {
    atLeast("memory", memory == null ? null : memory.toMegabytes(), 64, "64MB");
    atLeast("cpu-time", cpuTime == null ? null : cpuTime.toSeconds(), 1, "1s");
    atLeast("file-size", fileSize == null ? null : fileSize.toMegabytes(), 1, "1MB");
    atLeast("open-files", openFiles == null ? null : openFiles.longValue(), 64, "64");
    atLeast("processes", processes == null ? null : processes.longValue(), 16, "16");
  }

  private static void atLeast(String name, @Nullable Long came, long least, String shown) {
    if (came != null && came != 0 && came < least) {
      throw new IllegalArgumentException(
          "limits." + name + ": expected 0 for none, or at least " + shown + ", got: " + came);
    }
  }

  /// These, and the others where these are not set.
  TaskLimits orElse(TaskLimits others) {
    return new TaskLimits(
        memory == null ? others.memory : memory,
        cpuTime == null ? others.cpuTime : cpuTime,
        fileSize == null ? others.fileSize : fileSize,
        openFiles == null ? others.openFiles : openFiles,
        processes == null ? others.processes : processes);
  }

  /// By the name of the setting: bytes, seconds or a count; none that is 0 or not set.
  public Map<String, Long> numbers() {
    Map<String, Long> numbers = new LinkedHashMap<>();
    put(numbers, "memory", memory == null ? 0 : memory.toBytes());
    put(numbers, "cpu-time", cpuTime == null ? 0 : cpuTime.toSeconds());
    put(numbers, "file-size", fileSize == null ? 0 : fileSize.toBytes());
    put(numbers, "open-files", openFiles == null ? 0 : openFiles);
    put(numbers, "processes", processes == null ? 0 : processes);
    return numbers;
  }

  private static void put(Map<String, Long> numbers, String name, long value) {
    if (value != 0) {
      numbers.put(name, value);
    }
  }
}
