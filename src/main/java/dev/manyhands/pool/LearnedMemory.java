package dev.manyhands.pool;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.manyhands.job.Function;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;

/// What a pool has learned of the memory of its functions, by their labels, since the service
/// started. Safe for use by several threads.
///
/// Bounded, since every job may bring a function of its own: those that have not run for the
/// longest time are forgotten.
final class LearnedMemory {
  /// Some 200 KB.
  static final int MOST = 1000;

  @GuardedBy("this")
  private final LinkedHashMap<String, FunctionMemory> functions =
      new LinkedHashMap<>(16, 0.75f, true);

  /// A process that runs only this function has had so much at most.
  void peak(Function function, long bytes) {
    add(function.label(), bytes, 0);
  }

  /// A task of it ran out of memory.
  void ranOut(Function function) {
    add(function.label(), 0, 1);
  }

  private synchronized void add(String label, long bytes, long outOfMemory) {
    FunctionMemory known = functions.getOrDefault(label, new FunctionMemory(label, 0, 0));
    functions.put(label, known.plus(bytes, outOfMemory));
    if (functions.size() > MOST) {
      functions.pollFirstEntry();
    }
  }

  /// All, the hungriest first.
  synchronized List<FunctionMemory> functions() {
    return functions.values().stream()
        .sorted(Comparator.comparingLong(FunctionMemory::peakMemoryBytes).reversed())
        .toList();
  }
}
