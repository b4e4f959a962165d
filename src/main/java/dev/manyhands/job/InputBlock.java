package dev.manyhands.job;

/// A run of neighbouring inputs of a job, as the log stores them.
///
/// @param first index of the first input
public record InputBlock(int first, JsonLines inputs) {
  /// About how many bytes a block has; a longer input makes a longer block.
  public static final int TARGET_BYTES = 256 * 1024;

  public int count() {
    return inputs.count();
  }
}
