package dev.manyhands.dispatch;

import dev.manyhands.job.InputBlock;
import dev.manyhands.job.JobId;
import dev.manyhands.job.Refusal;
import dev.manyhands.job.Refused;
import dev.manyhands.json.BlockCutter;
import dev.manyhands.store.JobStore;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Some of a job's inputs, copied byte for byte into blocks of another one; holds one block of each
/// at a time. Used by one thread.
final class InputCopy {
  private final JobStore store;
  private final JobId from;
  private final BlockCutter to;
  private final int[] starts;
  private int at = -1;
  private @Nullable IndexedInputs block;

  InputCopy(JobStore store, JobId from, Consumer<InputBlock> to) {
    this.store = store;
    this.from = from;
    this.to = new BlockCutter(to);
    this.starts = store.blockStarts(from, 0);
  }

  /// Copies the inputs of neighbouring tasks.
  ///
  /// @throws Refused if the job was removed meanwhile
  void add(int first, int count) {
    int next = first;
    int end = first + count;
    while (next < end) {
      IndexedInputs inputs = blockOf(next);
      int skip = next - at;
      int n = Math.min(end - next, inputs.count() - skip);
      to.add(inputs.slice(skip, n));
      next += n;
    }
  }

  private IndexedInputs blockOf(int index) {
    IndexedInputs open = block;
    if (open != null && index >= at && index < at + open.count()) {
      return open;
    }
    int found = Arrays.binarySearch(starts, index);
    int place = found >= 0 ? found : -found - 2;
    if (place < 0) {
      throw gone();
    }
    IndexedInputs read =
        store
            .inputs(from, starts[place])
            .map(stored -> new IndexedInputs(stored.inputs()))
            .orElseThrow(this::gone);
    at = starts[place];
    block = read;
    return read;
  }

  private Refused gone() {
    return new Refused(new Refusal.NotFound("job", "there is no job " + from + " any more"));
  }

  /// Hands on what is left.
  ///
  /// @return how many were copied
  int end() {
    to.end();
    return to.total();
  }
}
