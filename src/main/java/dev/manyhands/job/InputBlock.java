package dev.manyhands.job;

import org.jspecify.annotations.Nullable;

/// A run of neighbouring inputs of a job, as the log stores them.
///
/// @param first index of the first input
/// @param function the place of the one that runs on all of them, in [Work#functions]
/// @param customIds a line for each input, which is empty if the task has no custom id; none: no
///   task of the job has one, or nobody asked
public record InputBlock(int first, JsonLines inputs, int function, @Nullable JsonLines customIds) {
  /// About how many bytes a block has; a longer input makes a longer block.
  public static final int TARGET_BYTES = 256 * 1024;

  public InputBlock {
    if (customIds != null && customIds.count() != inputs.count()) {
      throw new IllegalArgumentException(
          inputs.count() + " inputs, custom ids of " + customIds.count());
    }
  }

  /// Of a job with one function.
  public InputBlock(int first, JsonLines inputs) {
    this(first, inputs, 0, null);
  }

  public int count() {
    return inputs.count();
  }

  /// Of all that is stored.
  public int bytes() {
    return inputs.length() + (customIds == null ? 0 : customIds.length());
  }
}
