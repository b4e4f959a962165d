package dev.manyhands.dispatch;

import dev.manyhands.job.Failure;
import dev.manyhands.job.JobId;
import dev.manyhands.job.JsonLines;
import dev.manyhands.job.LargeValue;
import dev.manyhands.job.Logged;
import dev.manyhands.job.ResultBlock;
import dev.manyhands.store.JobStore;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/// The values of a job that has ended, in order of index, in runs of lines; tasks that have none
/// are left out. Holds a few blocks, or one large value, at a time.
final class ValueWalk {
  /// At most, of one read; the store bounds their bytes.
  private static final int BLOCKS = 1000;

  /// Of one run, nearly, if it has more than one line.
  private static final int RUN_BYTES = 256 * 1024;

  private final JobStore store;

  ValueWalk(JobStore store) {
    this.store = store;
  }

  void walk(JobId job, Consumer<JsonLines> runs) {
    walk(job, () -> {}, () -> false, runs);
  }

  /// The same.
  ///
  /// @param pause runs before each read, when nothing is held
  /// @param isFull asked after each run whether it is time to pause
  void walk(JobId job, Runnable pause, BooleanSupplier isFull, Consumer<JsonLines> runs) {
    int next = 0;
    while (true) {
      pause.run();
      List<Logged> blocks = store.byIndex(job, next, BLOCKS);
      if (blocks.isEmpty()) {
        return;
      }
      for (Logged logged : blocks) {
        ResultBlock block = logged.block();
        int end = block.first() + block.count();
        next = block instanceof ResultBlock.Ran ran ? walk(job, ran, next, isFull, runs) : end;
        if (next < end || isFull.getAsBoolean()) {
          break; // the rest is read again
        }
      }
    }
  }

  /// @param next the first task whose value was not told yet
  /// @return the same after that
  private int walk(
      JobId job, ResultBlock.Ran ran, int next, BooleanSupplier isFull, Consumer<JsonLines> runs) {
    IndexedInputs lines = new IndexedInputs(ran.outcomes().values());
    Map<Integer, LargeValue> large = new TreeMap<>();
    ran.large().forEach(value -> large.put(value.index(), value));
    Set<Integer> failed = new HashSet<>();
    ran.outcomes().failures().stream().map(Failure::index).forEach(failed::add);
    int first = ran.outcomes().first();
    int most = mostOfOneRun(ran.outcomes().values());
    int from = Math.max(0, next - first);
    for (int i = from; i <= lines.count(); i++) {
      boolean isEnd = i == lines.count();
      LargeValue value = isEnd ? null : large.get(first + i);
      boolean isLine = !isEnd && value == null && !failed.contains(first + i);
      if (isLine && i - from < most) {
        continue;
      }
      if (from < i) {
        runs.accept(lines.slice(from, i - from));
        from = i;
        if (isFull.getAsBoolean()) {
          break;
        }
      }
      if (!isLine && !isEnd) {
        from = i + 1;
        if (value != null) {
          runs.accept(line(job, value));
          if (isFull.getAsBoolean()) {
            break;
          }
        }
      }
    }
    return first + from;
  }

  private static int mostOfOneRun(JsonLines values) {
    long lines = (long) RUN_BYTES * values.count() / Math.max(1, values.length());
    return Math.clamp(lines, 1, Math.max(1, values.count()));
  }

  private JsonLines line(JobId job, LargeValue value) {
    byte[] line = new byte[Math.toIntExact(value.bytes() + 1)];
    int at = 0;
    for (int piece = 0; at < value.bytes(); piece++) {
      int number = piece;
      byte[] bytes =
          store
              .largeValue(job, value.index(), piece)
              .orElseThrow(() -> new IllegalStateException("no piece " + number + " of " + value));
      System.arraycopy(bytes, 0, line, at, bytes.length);
      at += bytes.length;
    }
    line[at] = '\n';
    return new JsonLines(line, 0, line.length, 1);
  }
}
