package dev.manyhands.dispatch;

import dev.manyhands.job.InputBlock;
import dev.manyhands.job.JobId;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Where each block of a submission starts, and what all of them come to. Used by one thread.
final class Starts {
  private int[] starts = new int[8];

  /// Of each block; none: all have the first function.
  private int @Nullable [] functions;

  private int count;
  private int total;
  private long bytes;

  /// The next block, which starts where the last one ends.
  void add(InputBlock block) {
    if (block.first() != total) {
      throw new IllegalArgumentException(
          "expected a block at " + total + ", got: " + block.first());
    }
    if (count == starts.length) {
      starts = Arrays.copyOf(starts, count * 2);
    }
    if (block.function() > 0 && functions == null) {
      functions = new int[starts.length];
    }
    if (functions != null) {
      if (functions.length < starts.length) {
        functions = Arrays.copyOf(functions, starts.length);
      }
      functions[count] = block.function();
    }
    starts[count++] = block.first();
    total += block.count();
    bytes += block.bytes();
  }

  /// What the store has of a submission.
  static Starts of(StagedJob job) {
    Starts all = new Starts();
    all.starts = job.starts().clone();
    all.functions = job.functions() == null ? null : job.functions().clone();
    all.count = job.starts().length;
    all.total = job.total();
    all.bytes = job.bytes();
    return all;
  }

  /// The submission, once all of its inputs are staged.
  StagedJob staged(JobId id, Submitted submitted) {
    return new StagedJob(
        id,
        submitted.spec(),
        submitted.receives(),
        submitted.open(),
        submitted.once(),
        Arrays.copyOf(starts, count),
        functions == null ? null : Arrays.copyOf(functions, count),
        total,
        bytes);
  }

  /// Inputs.
  int total() {
    return total;
  }

  /// Of all inputs.
  long bytes() {
    return bytes;
  }

  /// The first task that has this one of the job's functions.
  int firstOf(int function) {
    for (int i = 0; functions != null && i < count; i++) {
      if (functions[i] == function) {
        return starts[i];
      }
    }
    return 0;
  }

  BlockStarts toBlockStarts() {
    return new BlockStarts(
        Arrays.copyOf(starts, count),
        functions == null ? null : Arrays.copyOf(functions, count),
        total);
  }
}
