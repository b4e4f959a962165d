package dev.manyhands.pool;

/// What a pool has learned of the memory that a function's tasks want.
///
/// @param function its label
/// @param peakMemoryBytes the most that one process which ran it ever had
/// @param outOfMemory how often a task of it ran out of memory, or was ended by the kernel for it
public record FunctionMemory(String function, long peakMemoryBytes, long outOfMemory) {
  /// Seen once more.
  FunctionMemory plus(long peak, long more) {
    return new FunctionMemory(function, Math.max(peakMemoryBytes, peak), outOfMemory + more);
  }
}
