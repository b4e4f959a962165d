package dev.manyhands.dispatch;

import dev.manyhands.job.InputBlock;
import dev.manyhands.job.Job;
import dev.manyhands.job.JobId;
import dev.manyhands.job.Refusal;
import dev.manyhands.job.Refused;
import dev.manyhands.job.Work;
import dev.manyhands.json.BlockCutter;
import dev.manyhands.json.TaskCutter;
import dev.manyhands.store.JobStore;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Some of a job's inputs, copied byte for byte into blocks of another one; holds one block of each
/// at a time. Used by one thread.
final class InputCopy {
  private final JobStore store;
  private final JobId from;
  private final BlockCutter inputs;

  /// In its place, if the tasks have functions of their own or custom ids, which go with them.
  private final @Nullable TaskCutter tasks;

  private final int[] starts;
  private int at = -1;
  private @Nullable IndexedInputs block;
  private int function;
  private @Nullable IndexedInputs customIds;

  InputCopy(JobStore store, Job from, Consumer<InputBlock> to) {
    Work work = from.spec().work();
    this.store = store;
    this.from = from.id();
    this.inputs = new BlockCutter(to);
    this.tasks = work.isMixed() || work.named() ? new TaskCutter(to) : null;
    this.starts = store.blockStarts(from.id(), 0);
  }

  /// Copies the inputs of neighbouring tasks.
  ///
  /// @throws Refused if the job was removed meanwhile
  void add(int first, int count) {
    int next = first;
    int end = first + count;
    while (next < end) {
      IndexedInputs open = blockOf(next);
      int skip = next - at;
      int n = Math.min(end - next, open.count() - skip);
      if (tasks == null) {
        inputs.add(open.slice(skip, n));
      } else {
        tasks.add(
            open.slice(skip, n), function, customIds == null ? null : customIds.slice(skip, n));
      }
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
    InputBlock stored = store.inputs(from, starts[place]).orElseThrow(this::gone);
    IndexedInputs read = new IndexedInputs(stored.inputs());
    at = starts[place];
    block = read;
    function = stored.function();
    customIds =
        tasks == null
            ? null
            : store.customIds(from, at).map(ids -> new IndexedInputs(ids.inputs())).orElse(null);
    return read;
  }

  private Refused gone() {
    return new Refused(new Refusal.NotFound("job", "there is no job " + from + " any more"));
  }

  /// Hands on what is left.
  ///
  /// @return how many were copied
  int end() {
    if (tasks == null) {
      inputs.end();
      return inputs.total();
    }
    tasks.end();
    return tasks.total();
  }
}
